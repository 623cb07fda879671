import { Command } from '@commander-js/extra-typings'

/** `kintsugi plugins`. */
export function pluginsCommand() {
  return new Command('plugins')
    .summary('list plugins and where they are')
    .description(
      'Lists the plugins that are found from the working directory: name, version, families of node types, and from where; then those that cannot be loaded, and why.',
    )
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Plugins are npm packages with the keyword kintsugi-plugin in a node_modules folder of the working directory or above it.

Examples:
  $ kintsugi plugins`,
    )
    .action(async (options) => (await import('../actions/plugins.js')).plugins(options))
}
