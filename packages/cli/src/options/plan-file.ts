import { type Kintsugi, type PreparedRun, parseValue } from '@kintsugi/core'

/** Options that fill a pipeline in, as commander gives them. */
export interface PipelineOptions {
  input?: Readonly<Record<string, string>> | undefined
  param?: Readonly<Record<string, string>> | undefined
  set?: Readonly<Record<string, string>> | undefined
  seed?: number | undefined
}

/** Port types whose literals are no plain text. */
const structured = new Set(['vector', 'record'])

/**
 * Loads and plans a pipeline file. With `unfilled`, inputs without a value are taken as given, as when the file is a node of another.
 * Throws `PipelineErrors`, and `E_ARGUMENT` for what cannot be read.
 */
export async function planFile(
  kintsugi: Kintsugi,
  file: string,
  { input = {}, param = {}, set = {}, seed }: PipelineOptions,
  { unfilled = false } = {},
): Promise<PreparedRun> {
  const pipeline = await kintsugi.load(file, valuesOf(set, '--set'))
  const declared = pipeline.main.document.inputs ?? {}
  const inputs: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(input)) {
    inputs[name] = structured.has(declared[name]?.type ?? '') ? parseValue(text, `--input ${name}`) : text
  }
  if (unfilled) {
    for (const [name, { each, default: preset, optional, axes }] of Object.entries(declared)) {
      if (name in inputs || each !== undefined || preset !== undefined || optional === true || axes !== undefined)
        continue
      inputs[name] = null
    }
  }
  return kintsugi.plan(pipeline, {
    inputs,
    params: valuesOf(param, '--param'),
    ...(seed === undefined ? {} : { seed }),
  })
}

/** Texts behind `name=` as YAML values. Throws `E_ARGUMENT`. */
export function valuesOf(texts: Readonly<Record<string, string>>, option: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parseValue(text, `${option} ${name}`)]))
}
