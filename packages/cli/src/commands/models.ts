import { Command } from '@commander-js/extra-typings'

/** `kintsugi models`. */
export function modelsCommand() {
  return new Command('models')
    .summary('list the built-in models')
    .description(
      'Lists the models that ship inside plugins, with their facts: architecture, scale, parameters, training and licence.',
    )
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
A model is used as builtin:NAME, or by the path of an ONNX file or of a checkpoint (.pth, .pt, .safetensors).

Examples:
  $ kintsugi models
  $ kintsugi inspect builtin:x4`,
    )
    .action(async (options) => (await import('../actions/models.js')).models(options))
}
