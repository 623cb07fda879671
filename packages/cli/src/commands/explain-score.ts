import { Command, Option } from '@commander-js/extra-typings'

/** `kintsugi explain-score IMAGE REFERENCE`. */
export function explainScoreCommand() {
  return new Command('explain-score')
    .summary('tell why two scores of one pair of images differ')
    .description(
      'Scores a pair of images by the conventions of every preset, then goes from one protocol to another one convention at a time (border, rounding, luma, downsampling, window ...) and shows by how much each moves the score.',
    )
    .argument('<image>', 'the image to score')
    .argument('<reference>', 'what it should be')
    .addOption(
      new Option('-m, --metric <name>', 'the metric').choices(['psnr', 'ssim'] as const).default('psnr' as const),
    )
    .option('--from <protocol>', 'a preset, or an output of a run: runs/demo/scores.json:psnr (default: basicsr)')
    .option('--to <protocol>', 'likewise (default: the preset whose score is farthest from that of --from)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
A protocol may be followed by conventions that differ from it: 'matlab,border=4'.

Examples:
  $ kintsugi explain-score restored.png photo.png
  $ kintsugi explain-score restored.png photo.png --metric ssim --from tgsr --to skimage
  $ kintsugi explain-score restored.png photo.png --from mine/scores.json:psnr --to matlab,border=4`,
    )
    .action(async (image, reference, options) =>
      (await import('../actions/explain-score.js')).explain(image, reference, options),
    )
}
