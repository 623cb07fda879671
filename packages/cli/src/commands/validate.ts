import { Command } from '@commander-js/extra-typings'
import { collectPairs } from '../options/pairs.js'

/** `kintsugi validate FILE`. */
export function validateCommand() {
  return new Command('validate')
    .summary('check a pipeline without running it')
    .description(
      'Checks a pipeline file completely, as before a run, and prints every fault with its place, what was expected and a fix.',
    )
    .argument('<file>', 'pipeline file, YAML or JSON')
    .option('-i, --input <name=path>', 'files of an input (repeatable)', collectPairs('--input'))
    .option('-p, --param <name=value>', 'value of a parameter, as YAML (repeatable)', collectPairs('--param'))
    .option('--set <path=value>', 'replace a part of the document (repeatable)', collectPairs('--set'))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Inputs without files are taken as given, so that files meant to be nodes of others can be checked too.

Examples:
  $ kintsugi validate examples/demo.yaml
  $ kintsugi validate examples/demo.yaml --json`,
    )
    .action(async (file, options) => (await import('../actions/validate.js')).validate(file, options))
}
