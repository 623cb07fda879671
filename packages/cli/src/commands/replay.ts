import { Command } from '@commander-js/extra-typings'
import { collect, parseCount } from '../options/pairs.js'

/** `kintsugi replay IMAGE`. */
export function replayCommand() {
  return new Command('replay')
    .summary('make a saved image again and compare')
    .description(
      'Makes a saved image again from its lineage, without the cache, and says whether the file is identical, or by how much it differs and why. The lineage is embedded in the image; a long one is read from run.json in a folder above it.',
    )
    .argument('<image>', 'image saved by run or apply')
    .option('-o, --out <file>', 'write the image that was made again')
    .option(
      '-i, --input <file>',
      'a file that the image was made from (repeatable; default: files with the same content near the image or the working directory)',
      collect,
    )
    .option('--provider <name>', 'execution provider of onnxruntime (default: the one of the record)')
    .option(
      '-j, --jobs <n>',
      'tasks at a time, each in a worker thread (default: number of processors)',
      parseCount('--jobs'),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 identical, 1 different or failed, 2 cannot be made again.

Examples:
  $ kintsugi replay runs/demo/routed/cat-0.png
  $ kintsugi replay cat.png --input originals/cat.jpg --out again.png`,
    )
    .action(async (image, options) => (await import('../actions/replay.js')).replay(image, options))
}
