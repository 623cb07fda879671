import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KintsugiError } from '../../src/index.js'
import { axisCases } from './axes.js'
import type { MalformedCase } from './case.js'
import { documentCases } from './document.js'
import { formCases } from './forms.js'
import { graphCases } from './graph.js'
import { type Marked, tryCase, writeCase } from './harness.js'
import { nestingCases } from './nesting.js'
import { pluginCases } from './plugins.js'
import { requestCases } from './requests.js'
import { runCases } from './runs.js'
import { syntaxCases } from './syntax.js'

const groups: Readonly<Record<string, readonly MalformedCase[]>> = {
  syntax: syntaxCases,
  'form of the document': documentCases,
  'nodes, ports and references': graphCases,
  'value forms and expressions': formCases,
  axes: axisCases,
  'nested files': nestingCases,
  'inputs, outputs and requests': requestCases,
  plugins: pluginCases,
  'files, models and runs': runCases,
}

describe('a malformed pipeline is told of once, with its place and what to do', function () {
  this.timeout(60_000)
  const root = mkdtempSync(join(tmpdir(), 'malformed-'))
  after(() => rmSync(root, { recursive: true, force: true }))

  it('in at least 80 ways, each with a name of its own', () => {
    const names = Object.values(groups).flatMap((cases) => cases.map(({ name }) => name))
    assert.ok(names.length >= 80)
    assert.equal(new Set(names).size, names.length)
  })

  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      cases.forEach((malformed, i) => {
        it(malformed.name, async () => {
          const folder = join(root, `${group.replaceAll(/\W/g, '')}${i}`)
          const marked = writeCase(folder, malformed)
          const { stage, faults } = await tryCase(folder, malformed)
          assert.notEqual(stage, 'none', 'nothing was told: the pipeline ran to its end')
          assert.equal(faults.length, 1, `told more than once:\n${faults.map(told).join('\n')}`)
          checkFault(faults[0]!, malformed, marked, root)
          assert.equal(stage, malformed.stage ?? 'validate', `told at the wrong time: ${told(faults[0]!)}`)
        })
      })
    })
  }
})

function checkFault(fault: KintsugiError, malformed: MalformedCase, marked: Marked | undefined, root: string): void {
  const { code, message, expected, found, fix = '', place } = fault
  const shown = told(fault)
  assert.equal(code, malformed.code, `another code than ${malformed.code}: ${shown}`)
  assert.deepEqual(
    [place.file, place.line, place.column],
    [marked?.file, marked?.line, marked?.column],
    `the wrong place: ${shown}`,
  )
  const said = [message, expected, found].join('\n')
  for (const part of malformed.says) assert.ok(said.includes(part), `does not name ${part}: ${shown}`)
  assert.ok(fix.toLowerCase().includes(malformed.fix.toLowerCase()), `the fix does not say ${malformed.fix}: ${shown}`)
  assert.ok(expected !== undefined && expected !== '', `nothing was expected: ${shown}`)
  assert.notEqual(fix, '', `no fix: ${shown}`)
  // A message may start with a file or a node type: `cat.png is damaged.`
  assert.match(message, /^(["A-Z$\d]|\S+[./]\S).*[.?!]$/s, `not a sentence: ${shown}`)
  assert.match(fix, /^["A-Z].*[.?!]$/s, `not a sentence: ${shown}`)
  if (malformed.node !== undefined) assert.equal(place.node, malformed.node, `the wrong node: ${shown}`)
  if (malformed.item !== undefined) assert.deepEqual({ ...place.item }, malformed.item, `the wrong item: ${shown}`)
  const all = [said, fix].join('\n')
  assert.ok(!/\n\s+at |node:internal|\[object /.test(all), `holds a stack trace or an object: ${shown}`)
  for (const path of [root, process.cwd(), 'file://'])
    assert.ok(!all.includes(path), `holds a path of this machine: ${shown}`)
}

function told({ code, message, expected, found, fix, place: { frame, ...place } }: KintsugiError): string {
  return `\n${code} ${JSON.stringify(place)}\n${frame ?? ''}\n${message}\n  expected: ${expected}\n  found: ${found}\n  fix: ${fix}`
}
