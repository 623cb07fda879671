import { Command } from '@commander-js/extra-typings'

/** `kintsugi doctor`. */
export function doctorCommand() {
  return new Command('doctor')
    .summary('check that everything works here')
    .description(
      'Checks Node, processors and memory, the image codecs (sharp, libvips), the network runtime (onnxruntime) and its providers, worker threads, the cache folder, and the plugins. Ends with 1 if something is broken.',
    )
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  $ kintsugi doctor')
    .action(async (options) => (await import('../actions/doctor.js')).doctor(options))
}
