import assert from 'node:assert/strict'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { buildProgram } from '../src/index.js'

function all(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(all)]
}

/** The help as it is printed, with what stands behind the list of options. */
function printedHelp(command: CommandUnknownOpts): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) })
  command.outputHelp()
  return text
}

describe('help', () => {
  const commands = all(buildProgram())

  it('has every command of the design', () => {
    const names = commands.map((command) => command.name())
    for (const name of 'run apply validate graph schema nodes plugins models cache info prune doctor convert inspect replay'.split(
      ' ',
    )) {
      assert.ok(names.includes(name), name)
    }
  })

  for (const command of commands) {
    it(`of ${command.name()} describes every argument and option, and shows examples`, () => {
      const text = printedHelp(command)
      assert.match(text, /Examples:\n {2}\$ kintsugi /)
      assert.ok(command.description().length > 20)
      for (const argument of command.registeredArguments) assert.notEqual(argument.description, '', argument.name())
      for (const option of command.options) {
        assert.notEqual(option.description, '', option.flags)
        assert.ok(text.includes(option.flags), option.flags)
      }
    })
  }
})
