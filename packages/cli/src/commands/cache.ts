import { Command } from '@commander-js/extra-typings'
import { parseBytes } from '../options/bytes.js'

/** `kintsugi cache info|prune`. */
export function cacheCommand() {
  const info = new Command('info')
    .description('Prints where the cache is and what it holds.')
    .option('--cache <dir>', 'folder of the cache')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  $ kintsugi cache info')
    .action(async (options) => (await import('../actions/cache.js')).info(options))
  const prune = new Command('prune')
    .description('Removes the results used longest ago until the rest fits the limit.')
    .option('--cache <dir>', 'folder of the cache')
    .option('--limit <size>', 'bytes to keep, such as 1GiB (default: 10GiB)', parseBytes('--limit'))
    .option('--all', 'remove everything, converted models too')
    .addHelpText('after', '\nExamples:\n  $ kintsugi cache prune --limit 1GiB\n  $ kintsugi cache prune --all')
    .action(async (options) => (await import('../actions/cache.js')).prune(options))
  return new Command('cache')
    .summary('look at the cache, or prune it')
    .description('The cache keeps results of nodes by content, and converted models. It is safe to remove at any time.')
    .addCommand(info)
    .addCommand(prune)
    .addHelpText(
      'after',
      `
It lies in .kintsugi/cache beside the outermost package.json above the working directory, else in the user's cache folder;
KINTSUGI_CACHE and --cache name another folder.

Examples:
  $ kintsugi cache info
  $ kintsugi cache prune --limit 1GiB`,
    )
}
