import { Command } from '@commander-js/extra-typings'

/** `kintsugi inspect MODEL`. */
export function inspectCommand() {
  return new Command('inspect')
    .summary('show what a model file holds')
    .description(
      'Shows what a model file holds, executing nothing in it: of an ONNX file its facts, operators, parameters and receptive field; of a checkpoint its format, architecture and tensors.',
    )
    .argument('<model>', 'ONNX file, checkpoint (.pth, .pt, .safetensors) or builtin:NAME')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kintsugi inspect RRDB_ESRGAN_x4.pth\n  $ kintsugi inspect builtin:x4 --json',
    )
    .action(async (model, options) => (await import('../actions/inspect.js')).inspect(model, options))
}
