import { KintsugiError } from '../errors/index.js'
import { compileSchema } from '../forms/index.js'
import { CONTRACT_VERSION, type Plugin } from './plugin.js'

const port = {
  anyOf: [{ type: 'string' }, { type: 'object', required: ['type'], properties: { type: { type: 'string' } } }],
}

const manifest = {
  type: 'object',
  required: ['name', 'version', 'contract'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1 },
    version: { type: 'string', minLength: 1 },
    contract: { type: 'number' },
    nodes: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'title', 'description', 'outputs', 'run'],
        properties: {
          name: { type: 'string', pattern: '^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$' },
          title: { type: 'string', minLength: 1 },
          description: { type: 'string', minLength: 1 },
          kind: { type: 'string', enum: ['map', 'expand', 'reduce', 'per-key'] },
          params: { type: 'object' },
          inputs: { type: 'object', additionalProperties: port },
          outputs: { type: 'object', minProperties: 1, additionalProperties: port },
          runs: { type: 'string', enum: ['worker', 'inline'] },
        },
      },
    },
    pipelines: { type: 'object' },
    portTypes: { type: 'array', items: { type: 'object', required: ['name', 'description', 'pack', 'unpack'] } },
    models: { type: 'object' },
    modelMakers: { type: 'array', items: { type: 'object', required: ['name', 'make'] } },
    modelReaders: { type: 'array', items: { type: 'object', required: ['name', 'extensions', 'read', 'inspect'] } },
  },
} as const

/** Checks a plugin's default export. Throws `E_PLUGIN` naming what is wrong and where. */
export function checkManifest(value: unknown, from: string): Plugin {
  const fail = (message: string, expected: string, fix: string): KintsugiError =>
    new KintsugiError('E_PLUGIN', { message: `The plugin ${from} is not usable: ${message}`, expected, fix })
  if (typeof value !== 'object' || value === null) {
    throw fail('it has no default export.', 'export default definePlugin({ ... })', 'Export the plugin as default.')
  }
  const contract = (value as { contract?: unknown }).contract
  if (contract !== CONTRACT_VERSION) {
    throw fail(
      `it is written for version ${String(contract)} of the plugin contract.`,
      `version ${CONTRACT_VERSION}`,
      typeof contract === 'number' && contract > CONTRACT_VERSION ? 'Update Kintsugi.' : 'Update the plugin.',
    )
  }
  const [fault] = compileSchema(manifest)(value)
  if (fault !== undefined) {
    throw fail(
      `${fault.message.replace('there is no parameter', 'its manifest has no key')}.`,
      fault.expected ?? 'a manifest as definePlugin takes it',
      fault.suggestion === undefined
        ? 'Correct the manifest.'
        : `Correct the manifest: did you mean "${fault.suggestion}"?`,
    )
  }
  const plugin = value as Plugin
  for (const node of plugin.nodes ?? []) {
    const inputs = Object.keys(node.inputs ?? {})
    const properties = Object.keys((node.params as { properties?: object } | undefined)?.properties ?? {})
    const both = inputs.find((name) => properties.includes(name))
    if (both !== undefined)
      throw fail(
        `"${both}" of ${node.name} is a port and a parameter.`,
        'one name for one thing',
        'Rename one of them.',
      )
    for (const [name, output] of Object.entries(node.outputs)) {
      if (typeof output === 'string' || output.recorded !== true) continue
      if (node.kind === 'expand' || node.kind === 'per-key' || output.type === 'image')
        throw fail(
          `the output "${name}" of ${node.name} cannot be recorded.`,
          'a value without samples, one for each item',
          'Give what is to be recorded as an output of its own, such as a table.',
        )
    }
    if (typeof node.run !== 'function')
      throw fail(`"run" of ${node.name} is no function.`, 'a function', 'Give it one.')
  }
  return plugin
}
