import type { RunEvent } from '@kintsugi/core'
import type { RunCommandOptions } from '../actions/run.js'
import { shellQuote } from './shell.js'

/**
 * The command that meets one failure again and nothing else: the same options, the output and the item alone. It writes into a folder of
 * its own, so that the results of the whole run stay.
 */
export function reproduceCommand(
  file: string,
  options: RunCommandOptions,
  out: string,
  failure: RunEvent & { type: 'failed' },
): string {
  const item: Readonly<Record<string, string>> = { ...failure.error.place?.item, ...failure.item }
  const pairs = (option: string, values: Readonly<Record<string, unknown>> = {}): string[] =>
    Object.entries(values).flatMap(([name, value]) => [option, `${name}=${String(value)}`])
  const one = (option: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [option, String(value)]
  const elsewhere = Object.entries(options.where ?? {}).filter(([axis]) => !(axis in item))
  const limits = Object.entries(options.limit ?? {}).filter(([axis]) => !(axis in item))
  const args = [
    'kintsugi',
    'run',
    file,
    ...pairs('--where', item),
    ...elsewhere.flatMap(([axis, keys]) => keys.flatMap((key) => ['--where', `${axis}=${key}`])),
    ...pairs('--limit', Object.fromEntries(limits)),
    ...one('--only', failure.output),
    ...pairs('--input', options.input),
    ...pairs('--param', options.param),
    ...pairs('--set', options.set),
    ...one('--seed', options.seed),
    ...one('--provider', options.provider),
    ...one('--jobs', options.jobs),
    ...one('--memory', options.memory),
    ...one('--locked', options.locked),
    ...(options.cache === false
      ? ['--no-cache']
      : one('--cache', typeof options.cache === 'string' ? options.cache : undefined)),
    ...one('--out', `${out.replace(/[\\/]+$/, '')}-failure`),
  ]
  return args.map(shellQuote).join(' ')
}
