import { Command, Option } from '@commander-js/extra-typings'

/** The metrics that can be explained, those of `explainable`, written out so that help needs no plugin. */
export const explainableNames = [
  'psnr',
  'ssim',
  'ms-ssim',
  'mse',
  'rmse',
  'mae',
  'gmsd',
  'fsim',
  'vif',
  'ciede2000',
  'weighted-psnr',
  'niqe',
  'brisque',
  'lpips',
  'dists',
  'sharpness',
  'noise-level',
  'color-drift',
] as const

/** `kintsugi explain-score IMAGE [REFERENCE]`. */
export function explainScoreCommand() {
  return new Command('explain-score')
    .summary('tell why two scores of one image, or of one pair of images, differ')
    .description(
      'Scores an image, or an image and its reference, by the conventions of every preset that the metric has, then goes from one protocol to another one convention at a time (border, rounding, luma, downsampling, window ...) and shows by how much each moves the score. Of metrics that need a network it shows what differs.',
    )
    .argument('<image>', 'the image to score')
    .argument('[reference]', 'what it should be, for metrics that compare')
    .addOption(new Option('-m, --metric <name>', 'the metric').choices(explainableNames).default('psnr' as const))
    .option(
      '--from <protocol>',
      'a preset, an output of a run such as runs/demo/scores.json:psnr, or "default" (default: basicsr where there are presets)',
    )
    .option('--to <protocol>', 'likewise (default: the preset whose score is farthest from that of --from)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
A protocol may be followed by conventions that differ from it: 'matlab,border=4'. psnr and ssim have presets.

Examples:
  $ kintsugi explain-score restored.png photo.png
  $ kintsugi explain-score restored.png photo.png --metric ssim --from tgsr --to skimage
  $ kintsugi explain-score restored.png photo.png --from mine/scores.json:psnr --to matlab,border=4
  $ kintsugi explain-score restored.png --metric niqe --from mine/scores.json:niqe --to default,border=4`,
    )
    .action(async (image, reference, options) =>
      (await import('../actions/explain-score.js')).explain(image, reference, options),
    )
}
