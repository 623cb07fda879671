import { createKintsugi, KintsugiError, PipelineErrors } from '@kintsugi/core'

const k = createKintsugi({ cwd: '/work/main', cacheDir: '/tmp/docs/cache' })
try {
  const t = performance.now()
  const result = await k.run(process.argv[2]!, {
    out: '/tmp/docs/out',
    jobs: 2,
    on: (e) => {
      if (e.type !== 'progress') console.log(JSON.stringify(e).slice(0, 300))
    },
  })
  console.log(
    result.rows.map((r) => JSON.stringify(r)).join('\n'),
    result.failures.map((f) => f.error),
    performance.now() - t,
  )
} catch (e) {
  if (e instanceof PipelineErrors)
    for (const x of e.errors) console.log(x.code, x.message, x.expected, x.found, x.fix, x.place.frame)
  else throw e
}
