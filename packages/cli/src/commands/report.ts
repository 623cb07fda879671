import { Command } from '@commander-js/extra-typings'

/** `kintsugi report RUN_DIR`. */
export function reportCommand() {
  return new Command('report')
    .summary('write the report of a finished run again')
    .description(
      'Writes report.html into the output folder of a run: tables, plots, pictures side by side, the graph, recipes, timings and failures, in one file that needs nothing else.',
    )
    .argument('<dir>', 'output folder of `kintsugi run`')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExamples:\n  $ kintsugi report runs/demo')
    .action(async (folder, options) => (await import('../actions/report.js')).report(folder, options))
}
