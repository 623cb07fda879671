import { Command } from '@commander-js/extra-typings'
import { parseBytes } from '../options/bytes.js'
import { collect, collectCounts, collectLists, collectPairs, parseCount, parseSeed } from '../options/pairs.js'

/** `kintsugi run FILE`. */
export function runCommand() {
  return new Command('run')
    .summary('run a pipeline')
    .description(
      'Runs a pipeline file and writes, below --out, the saved images, scores.json and scores.csv, run.json, which tells how everything was made, and report.html, which shows it all. A second run does only what has changed.',
    )
    .argument('<file>', 'pipeline file, YAML or JSON')
    .option(
      '-i, --input <name=path>',
      'files of an input, a path or a glob in quotes (repeatable)',
      collectPairs('--input'),
    )
    .option('-p, --param <name=value>', 'value of a parameter, as YAML (repeatable)', collectPairs('--param'))
    .option(
      '--set <path=value>',
      'replace a part of the document, such as nodes.noisy.with.sigma=10 (repeatable)',
      collectPairs('--set'),
    )
    .option('-o, --out <dir>', 'output folder (default: runs/<name of the pipeline>)')
    .option(
      '-j, --jobs <n>',
      'tasks at a time, each in a worker thread (default: number of processors)',
      parseCount('--jobs'),
    )
    .option('--memory <size>', 'memory that the process may take, such as 4GiB (default: 2GiB)', parseBytes('--memory'))
    .option('-k, --keep-going', 'go on after failures')
    .option('-n, --dry-run', 'print what would be done, and compute nothing')
    .option('--only <output>', 'compute this output alone (repeatable)', collect)
    .option('--limit <axis=n>', 'go through the first n keys of an axis (repeatable)', collectCounts('--limit'))
    .option(
      '--where <axis=key>',
      'go through this key of an axis alone (repeatable, also for one axis)',
      collectLists('--where'),
    )
    .option('--locked <run.json>', 'demand the versions of plugins and libraries of an earlier run')
    .option('--seed <n>', 'seed of all random draws (default: that of the file)', parseSeed)
    .option('--provider <name>', 'execution provider of onnxruntime (default: cpu)')
    .option('--cache <dir>', 'folder of the cache')
    .option('--no-cache', 'neither read nor write the cache')
    .option('--no-report', 'write no report.html')
    .option('--json', 'print events as JSON lines, and nothing else on stdout')
    .addHelpText(
      'after',
      `
Values are read as YAML: 2 is a number, true a boolean, [1, 2] a list, {$uniform: [1, 2]} a value form.
Filters (--only, --limit, --where) never change a result: random draws depend on keys, not on which items are run.

Examples:
  $ kintsugi run examples/demo.yaml
  $ kintsugi run demo.yaml --input photo='shots/*.jpg' --out runs/shots --jobs 4
  $ kintsugi run demo.yaml --param noise=30 --set nodes.fixed.with.level=40
  $ kintsugi run sweep.yaml --limit photo=3 --where sigma=15 --only psnr
  $ kintsugi run demo.yaml --dry-run
  $ kintsugi run demo.yaml --locked runs/demo/run.json`,
    )
    .action(async (file, options) => (await import('../actions/run.js')).run(file, options))
}
