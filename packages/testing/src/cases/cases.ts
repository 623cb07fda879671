import type { Image, NodeExample, RegisteredNode } from '@kintsugi/core'
import { noiseImage } from '../example-image.js'
import { fingerprint, stableJson } from '../fingerprint.js'
import type { NodeOptions } from '../options.js'
import type { Workbench } from '../run/workbench.js'
import { type Case, type CaseInputs, caseValues, mapValues } from './case.js'
import { exampleInputs } from './example-inputs.js'
import { type ImageVariant, imageVariants } from './image-variants.js'
import { parameterValues } from './parameter-values.js'
import { seriesCases } from './series-cases.js'

/** Cases estimated to need more memory than this are not tried. */
const MOST_BYTES = 64 * 2 ** 20

interface Base {
  readonly title: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The cases of a node type, and what kept others from being made. */
export interface NodeCases {
  readonly cases: readonly Case[]
  readonly faults: readonly { title: string; message: string }[]
}

/** Every case of a node type; ids start with `prefix`. */
export async function nodeCases(
  bench: Workbench,
  registered: RegisteredNode,
  options: NodeOptions,
  prefix: string,
): Promise<NodeCases> {
  const cases: Case[] = []
  const faults: { title: string; message: string }[] = []
  const known = new Map<string, string>()
  // Equal tasks would run once in a pipeline, so each is a case once.
  const add = (made: Omit<Case, 'id'>): string => {
    const content = contentOf(bench, registered, made)
    const same = known.get(content)
    if (same !== undefined) return same
    const id = `${prefix}c${cases.length}`
    known.set(content, id)
    cases.push({ ...made, id })
    return id
  }
  const examples = [...(registered.definition.examples ?? []), ...(options.examples ?? [])]
  for (const example of examples) {
    const title = `example "${example.title}"`
    try {
      const inputs = await inputsOf(bench, registered, example)
      const [fault] = registered.validate(example.with ?? {})
      if (fault !== undefined) faults.push({ title, message: `${fault.path.join('.')} ${fault.message}` })
      else add({ title, kind: 'example', inputs, params: example.with ?? {}, example })
    } catch (error) {
      faults.push({ title, message: error instanceof Error ? error.message : String(error) })
    }
  }
  const inputs = cases[0]?.inputs ?? (await inputsOf(bench, registered, { title: 'generated' }).catch(() => undefined))
  const bases = basesOf(registered, examples, options.with)
  const [base] = bases
  if (inputs === undefined || base === undefined) return { cases, faults }

  const variants = imageVariants(registered.definition.limits ?? {})
  if (hasImages(inputs)) {
    for (const variant of variants) {
      add({
        title: variant.title,
        kind: 'image',
        inputs: withImages(inputs, variant),
        params: base.params,
        ...(variant.refusal !== undefined && { refusal: variant.refusal }),
      })
    }
  }
  // Alpha where it is taken, so that parameters about it make a difference.
  const shape = (
    variants.find((variant) => variant.shape.alpha === true && variant.refusal === undefined) ?? variants[0]
  )?.shape
  const varied = shape === undefined ? inputs : withImages(inputs, { shape })
  bases.forEach(({ title, params }, i) => {
    const hereOnly = i > 0
    const from = add({ title, kind: 'parameter', inputs: varied, params, hereOnly })
    for (const { name, value } of variations(registered, params)) {
      const changed = { ...params, [name]: value }
      if (registered.validate(changed).length > 0 || isTooLarge(registered, varied, changed)) continue
      add({
        title: `${title}, ${name}: ${JSON.stringify(value)}`,
        kind: 'parameter',
        inputs: varied,
        params: changed,
        varies: { parameter: name, base: from },
        hereOnly,
      })
    }
  })
  if (registered.kind === 'reduce' || registered.kind === 'per-key') {
    for (const made of seriesCases(registered, varied, base.params)) add(made)
  }
  return { cases, faults }
}

function contentOf(bench: Workbench, registered: RegisteredNode, { inputs, params }: Omit<Case, 'id'>): string {
  const prints = [...caseValues(inputs)].map(({ port, value }) => [
    port,
    fingerprint(bench.portType(registered.inputs.get(port)?.type ?? 'record'), value),
  ])
  return stableJson([registered.complete({ ...params }), prints])
}

function inputsOf(bench: Workbench, registered: RegisteredNode, example: NodeExample): Promise<CaseInputs> {
  const generated = Object.fromEntries(
    [...registered.inputs].flatMap(([name, port]) =>
      port.type === 'image' && port.optional !== true && example.title === 'generated'
        ? [[name, { pattern: 'photo' as const }]]
        : [],
    ),
  )
  return exampleInputs(bench, registered.inputs, registered.kind === 'reduce' || registered.kind === 'per-key', {
    ...example,
    in: { ...generated, ...example.in },
  })
}

/** Parameters that others are varied from, the first for images of every kind: those of the test, complete defaults, those of every example. */
function basesOf(registered: RegisteredNode, examples: readonly NodeExample[], own: NodeOptions['with']): Base[] {
  const candidates: Base[] = [
    ...(own === undefined ? [] : [{ title: 'parameters of the test', params: own }]),
    { title: 'defaults', params: {} },
    ...examples.map(({ title, with: params = {} }) => ({ title: `parameters of "${title}"`, params })),
  ]
  const seen = new Set<string>()
  return candidates.filter(({ params }) => {
    const text = JSON.stringify(params)
    if (seen.has(text) || registered.validate(params).length > 0) return false
    seen.add(text)
    return true
  })
}

function variations(
  registered: RegisteredNode,
  params: Readonly<Record<string, unknown>>,
): { name: string; value: unknown }[] {
  const complete = registered.complete({ ...params })
  return Object.entries(propertiesOf(registered)).flatMap(([name, schema]) =>
    parameterValues(schema)
      .filter((value) => JSON.stringify(value) !== JSON.stringify(complete[name]))
      .map((value) => ({ name, value })),
  )
}

/** The schemas of a node type's parameters. */
export function propertiesOf(registered: RegisteredNode): Readonly<Record<string, Record<string, unknown>>> {
  return (
    (registered.definition.params as { properties?: Record<string, Record<string, unknown>> } | undefined)
      ?.properties ?? {}
  )
}

function hasImages(inputs: CaseInputs): boolean {
  return [...caseValues(inputs)].some(({ value }) => isImage(value))
}

/** The inputs with noise of this shape in place of every image, each of its own. */
export function withImages(inputs: CaseInputs, { shape }: Pick<ImageVariant, 'shape'>): CaseInputs {
  return mapValues(inputs, (_port, value, place) => (isImage(value) ? noiseImage(shape, place + 1) : value))
}

export function isImage(value: unknown): value is Image {
  return typeof value === 'object' && value !== null && 'data' in value && 'channels' in value
}

/** Sizes of image inputs as a memory estimate gets them. */
export function inputSizes(inputs: CaseInputs): Record<string, { width: number; height: number; channels: number }> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([port, input]) =>
      input.kind === 'one' && isImage(input.value)
        ? [
            [
              port,
              {
                width: input.value.width,
                height: input.value.height,
                channels: input.value.channels + (input.value.alpha === null ? 0 : 1),
              },
            ],
          ]
        : [],
    ),
  )
}

function isTooLarge(
  registered: RegisteredNode,
  inputs: CaseInputs,
  params: Readonly<Record<string, unknown>>,
): boolean {
  try {
    const bytes = registered.definition.memory?.(inputSizes(inputs), registered.complete({ ...params }) as never)
    return typeof bytes === 'number' && bytes > MOST_BYTES
  } catch {
    return false
  }
}
