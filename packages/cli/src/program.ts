import { readFileSync } from 'node:fs'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { applyCommand } from './commands/apply.js'
import { cacheCommand } from './commands/cache.js'
import { convertCommand } from './commands/convert.js'
import { doctorCommand } from './commands/doctor.js'
import { explainScoreCommand } from './commands/explain-score.js'
import { graphCommand } from './commands/graph.js'
import { inspectCommand } from './commands/inspect.js'
import { modelsCommand } from './commands/models.js'
import { nodesCommand } from './commands/nodes.js'
import { pluginsCommand } from './commands/plugins.js'
import { replayCommand } from './commands/replay.js'
import { reportCommand } from './commands/report.js'
import { runCommand } from './commands/run.js'
import { schemaCommand } from './commands/schema.js'
import { validateCommand } from './commands/validate.js'

/** The whole command line. Commands load what they do only when they are run, so that help comes at once. */
export function buildProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const program = new Command('kintsugi')
    .description('Image-restoration pipelines: degrade, classify, restore and score, written as one graph in a file.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit codes:
  0  everything was done
  1  something failed, differs or was cancelled
  2  the pipeline or the arguments are invalid

Environment:
  KINTSUGI_CACHE    folder of the cache
  KINTSUGI_DEBUG=1  show stack traces
  NO_COLOR          no colours

Examples:
  $ kintsugi run examples/demo.yaml
  $ kintsugi apply degrade/gaussian-blur photo.png --with sigma=2
  $ kintsugi nodes metrics/psnr`,
    )
  const commands = [
    runCommand(),
    applyCommand(),
    validateCommand(),
    graphCommand(),
    schemaCommand(),
    nodesCommand(),
    pluginsCommand(),
    modelsCommand(),
    cacheCommand(),
    doctorCommand(),
    convertCommand(),
    inspectCommand(),
    replayCommand(),
    reportCommand(),
    explainScoreCommand(),
  ]
  for (const command of commands) adopt(program, command)
  return program
}

/** Adds a command with the settings of its parent, down to its own subcommands. */
function adopt(parent: CommandUnknownOpts, command: CommandUnknownOpts): void {
  if (command.parent === null) parent.addCommand(command)
  command.copyInheritedSettings(parent)
  for (const inner of command.commands) adopt(command, inner)
}
