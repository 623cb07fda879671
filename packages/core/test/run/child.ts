// A run in a process of its own: takes its settings as JSON, writes a line of JSON for each event and one for the end.
import { createKintsugi, type KintsugiOptions, type PlanOptions, type RunOptions } from '../../src/index.js'
import type { ChildSettings } from './in-child.js'

const { kintsugi, pipeline, options, cancelAfter, again } = JSON.parse(process.argv[2]!) as ChildSettings & {
  kintsugi: KintsugiOptions
  options: RunOptions & PlanOptions
}
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
const controller = new AbortController()
let tasks = 0
const run = async (): Promise<void> => {
  try {
    const { ok, cancelled, failures } = await createKintsugi(kintsugi).run(pipeline, {
      ...options,
      signal: controller.signal,
      on: (event) => {
        if (event.type === 'task' && ++tasks === cancelAfter) controller.abort()
        say(event)
      },
    })
    say({ type: 'result', ok, cancelled, codes: failures.map(({ error }) => error.code) })
  } catch (error) {
    say({ type: 'thrown', message: String(error) })
  }
}
await run()
if (again === true) await run()
