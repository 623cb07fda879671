import { Command, Option } from '@commander-js/extra-typings'
import { collectPairs } from '../options/pairs.js'

/** `kintsugi graph FILE`. */
export function graphCommand() {
  return new Command('graph')
    .summary('print the graph of a pipeline')
    .description(
      'Prints the planned graph of a pipeline file, nested pipelines expanded: nodes with their axes, connections and outputs.',
    )
    .argument('<file>', 'pipeline file, YAML or JSON')
    .addOption(
      new Option('-f, --format <format>', 'mermaid, a drawing for Markdown; or json')
        .choices(['mermaid', 'json'] as const)
        .default('mermaid' as const),
    )
    .option('-i, --input <name=path>', 'files of an input (repeatable)', collectPairs('--input'))
    .option('-p, --param <name=value>', 'value of a parameter, as YAML (repeatable)', collectPairs('--param'))
    .option('--set <path=value>', 'replace a part of the document (repeatable)', collectPairs('--set'))
    .addHelpText(
      'after',
      `
Examples:
  $ kintsugi graph examples/demo.yaml > demo.mmd
  $ kintsugi graph examples/demo.yaml --format json`,
    )
    .action(async (file, options) => (await import('../actions/graph.js')).graph(file, options))
}
