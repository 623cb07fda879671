import { Command } from '@commander-js/extra-typings'

/** `kintsugi nodes [NODE]`. */
export function nodesCommand() {
  return new Command('nodes')
    .summary('list node types, or describe one')
    .description(
      'Lists the node types of all plugins that are found, by family; with a name, prints the reference of that node type.',
    )
    .argument('[node]', 'a node type such as degrade/gaussian-blur, or a family such as degrade')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ kintsugi nodes
  $ kintsugi nodes metrics
  $ kintsugi nodes esrgan/restore`,
    )
    .action(async (node, options) => (await import('../actions/nodes.js')).nodes(node, options))
}
