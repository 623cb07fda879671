import { Command } from '@commander-js/extra-typings'
import { collectPairs } from '../options/pairs.js'

/** `kintsugi convert IN OUT.onnx`. */
export function convertCommand() {
  return new Command('convert')
    .summary('convert a checkpoint or a foreign ONNX file')
    .description(
      "Converts the authors' own checkpoint to an ONNX file with its facts in the metadata. Nothing in the checkpoint is executed; the architecture is recognised from its tensors. An ONNX file from elsewhere is made one that takes and gives RGB images in the usual layout.",
    )
    .argument('<in>', 'checkpoint (.pth, .pt, .safetensors, .bin of ncnn) or ONNX file')
    .argument('<out>', 'ONNX file to write')
    .option('--half', 'store the weights as float16, half the file; the network computes in float32 as before')
    .option('--set <name=value>', 'hyper-parameter that the weights do not tell (repeatable)', collectPairs('--set'))
    .option(
      '--coefficient <name=number>',
      'coefficient for weights that are a basis, such as level=0.098 of HyperRes (repeatable)',
      collectPairs('--coefficient'),
    )
    .option('--layout <order>', 'of an ONNX file: nchw or nhwc; found where the shape tells')
    .option(
      '--range <black,white>',
      'of an ONNX file: numbers for black and white; found where the graph tells, else 0,1',
    )
    .option('--order <colours>', 'of an ONNX file: rgb or bgr; default rgb')
    .option('--scale <factor>', 'of an ONNX file: output size divided by input size, where the graph does not tell')
    .addHelpText(
      'after',
      `
Pipelines take checkpoints as they are; converting is for other programs, or to keep the file.

Examples:
  $ kintsugi convert RRDB_ESRGAN_x4.pth esrgan-x4.onnx
  $ kintsugi convert --half RealESRGAN_x4plus.pth x4plus.onnx
  $ kintsugi convert --layout nhwc --range 0,255 theirs.onnx ours.onnx
  $ kintsugi inspect esrgan-x4.onnx`,
    )
    .action(async (input, output, options) => (await import('../actions/convert.js')).convert(input, output, options))
}
