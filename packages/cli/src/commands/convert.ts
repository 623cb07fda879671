import { Command } from '@commander-js/extra-typings'

/** `kintsugi convert IN OUT.onnx`. */
export function convertCommand() {
  return new Command('convert')
    .summary('convert a checkpoint to an ONNX file')
    .description(
      "Converts the authors' own checkpoint to an ONNX file with its facts in the metadata. Nothing in the checkpoint is executed; the architecture is recognised from its tensors.",
    )
    .argument('<in>', 'checkpoint (.pth, .pt, .safetensors)')
    .argument('<out>', 'ONNX file to write')
    .addHelpText(
      'after',
      `
Pipelines take checkpoints as they are; converting is for other programs, or to keep the file.

Examples:
  $ kintsugi convert RRDB_ESRGAN_x4.pth esrgan-x4.onnx
  $ kintsugi inspect esrgan-x4.onnx`,
    )
    .action(async (input, output) => (await import('../actions/convert.js')).convert(input, output))
}
