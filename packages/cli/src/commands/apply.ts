import { Command } from '@commander-js/extra-typings'
import { parseBytes } from '../options/bytes.js'
import { collectPairs, parseCount, parseSeed } from '../options/pairs.js'

/** `kintsugi apply NODE IMAGE...`. */
export function applyCommand() {
  return new Command('apply')
    .summary('run one node on images')
    .description(
      'Runs one node type, or a pipeline file used as a node, on each image. Images it gives are saved with their lineage; scores and labels are printed, a line for each image.',
    )
    .argument('<node>', 'node type such as degrade/gaussian-blur, or a pipeline file with an image input')
    .argument('<image...>', 'image files, for the first image input of the node')
    .option(
      '-o, --out <path>',
      'file for one image, folder for several; the extension names the format (default: <stem>.<node>.png in the working directory)',
    )
    .option(
      '-w, --with <name=value>',
      'parameter of the node, or a port with a literal form such as model (repeatable)',
      collectPairs('--with'),
    )
    .option(
      '--in <port=path>',
      'another image input: a file, or a folder with a file of the same name for each image (repeatable)',
      collectPairs('--in'),
    )
    .option('--seed <n>', 'seed of random draws (default: 0)', parseSeed)
    .option(
      '-j, --jobs <n>',
      'tasks at a time, each in a worker thread (default: number of processors)',
      parseCount('--jobs'),
    )
    .option('--memory <size>', 'memory that the process may take, such as 4GiB (default: 2GiB)', parseBytes('--memory'))
    .option('--provider <name>', 'execution provider of onnxruntime (default: cpu)')
    .option('--cache <dir>', 'folder of the cache')
    .option('--no-cache', 'neither read nor write the cache')
    .addHelpText(
      'after',
      `
Values are read as YAML. Random draws depend on the seed and on the name of the image.

Examples:
  $ kintsugi apply degrade/gaussian-blur photo.png --with sigma=2 -o soft.png
  $ kintsugi apply esrgan/restore small/*.png -o large/
  $ kintsugi apply esrgan/restore small.png --with model=./RRDB_x4.pth
  $ kintsugi apply metrics/psnr restored/*.png --in reference=originals/
  $ kintsugi apply ./degrade.yaml photo.png`,
    )
    .action(async (node, images, options) => (await import('../actions/apply.js')).apply(node, images, options))
}
