import assert from 'node:assert/strict'
import { axisCases } from '../../core/test/malformed/axes.js'
import type { MalformedCase } from '../../core/test/malformed/case.js'
import { documentCases } from '../../core/test/malformed/document.js'
import { formCases } from '../../core/test/malformed/forms.js'
import { graphCases } from '../../core/test/malformed/graph.js'
import { writeCase } from '../../core/test/malformed/harness.js'
import { nestingCases } from '../../core/test/malformed/nesting.js'
import { pluginCases } from '../../core/test/malformed/plugins.js'
import { requestCases } from '../../core/test/malformed/requests.js'
import { runCases } from '../../core/test/malformed/runs.js'
import { syntaxCases } from '../../core/test/malformed/syntax.js'
import { type Outcome, Workplace } from './workplace.js'

const cases = [
  ...syntaxCases,
  ...documentCases,
  ...graphCases,
  ...formCases,
  ...axisCases,
  ...nestingCases,
  ...pluginCases,
  ...requestCases,
  ...runCases,
]
const validated = [
  'a tab as indentation',
  'a key that stands twice',
  'an empty file',
  'YAML nested 5,000 deep',
  'JSON with a trailing comma',
  'a misspelt top-level key',
  'an unknown node type',
  'a misspelt parameter',
  'a circle of two nodes, with more that hang on it',
  '$uniform out of range',
  'a misspelt axis in along',
  'files that contain each other',
  'files that use each other ten times, nine levels deep',
  'a plugin that imports what is not there',
  'a pattern that no file matches',
]
const failing = [
  'a text that is called a picture',
  'a PNG cut in half',
  'a malicious checkpoint',
  'a model that is not there',
  'an unknown execution provider',
  'a memory budget that is too small',
  'two items with one path',
]

describe('a malformed pipeline on the command line', function () {
  this.timeout(60_000)

  for (const name of validated) {
    it(`exits 2: ${name}`, async () => {
      await check(named(name), ['validate'], 2)
    })
  }

  for (const name of failing) {
    it(`exits 1: ${name}`, async () => {
      const malformed = named(name)
      const { limit = {}, provider, memory } = malformed.options ?? {}
      const options = [
        '--out',
        'out',
        '--jobs',
        '1',
        ...Object.entries(limit).flatMap(([axis, most]) => ['--limit', `${axis}=${most}`]),
      ]
      if (provider !== undefined) options.push('--provider', provider)
      if (memory !== undefined) options.push('--memory', String(memory))
      await check(malformed, ['run', ...options], 1)
    })
  }
})

function named(name: string): MalformedCase {
  return cases.find((malformed) => malformed.name === name) ?? assert.fail(`there is no case "${name}"`)
}

/** Runs a command on a case: it must end with this code, and print one fault with its place and fix and no stack trace. */
async function check(
  malformed: MalformedCase,
  [command = '', ...options]: readonly string[],
  code: number,
): Promise<void> {
  const workplace = new Workplace()
  try {
    const marked = writeCase(workplace.folder, malformed)
    const outcome = await workplace.kintsugi(command, malformed.file ?? 'pipeline.yaml', ...options)
    const shown = told(outcome)
    assert.equal(outcome.code, code, shown)
    const place = marked === undefined ? '' : ` ${marked.file}:${marked.line}:${marked.column}`
    assert.equal(
      outcome.stderr.split(`${malformed.code}${place}\n`).length - 1,
      1,
      `not told once as ${malformed.code}${place}: ${shown}`,
    )
    assert.equal(outcome.stderr.match(/^E_[A-Z_]+/gm)?.length, 1, `more than one fault: ${shown}`)
    assert.match(outcome.stderr, /^ {2}fix +\S/m, `no fix: ${shown}`)
    for (const part of malformed.says) assert.ok(outcome.stderr.includes(part), `does not name ${part}: ${shown}`)
    const all = outcome.stdout + outcome.stderr
    assert.ok(!/ {4}at |node:internal/.test(all), `a stack trace: ${shown}`)
    for (const path of [workplace.folder, process.cwd()])
      assert.ok(!all.includes(path), `a path of this machine: ${shown}`)
  } finally {
    workplace.remove()
  }
}

function told({ code, stdout, stderr }: Outcome): string {
  return `exit code ${code}\n${stdout}\n${stderr}`
}
