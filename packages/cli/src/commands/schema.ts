import { Command } from '@commander-js/extra-typings'

/** `kintsugi schema`. */
export function schemaCommand() {
  return new Command('schema')
    .summary('write the JSON Schema of pipeline files for editors')
    .description(
      'Makes a JSON Schema of pipeline files from all plugins that are found, so that editors complete and check node types, ports, parameters and value forms.',
    )
    .option('-o, --out [file]', 'write it to a file, pipeline.schema.json if none is named (default: stdout)')
    .addHelpText(
      'after',
      `
A pipeline file refers to it in its first line:
  # yaml-language-server: $schema=./pipeline.schema.json

Examples:
  $ kintsugi schema --out
  $ kintsugi schema > pipeline.schema.json`,
    )
    .action(async (options) => (await import('../actions/schema.js')).schema(options))
}
