import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeModel, type ModelFacts } from '@kintsugi/core/onnx'
import {
  buildNetwork,
  convertCheckpoint,
  detectArchitecture,
  elementCount,
  type HyperParameters,
  type Tensor,
  type Tensors,
} from '../src/index.js'
import { crop, readNpy, reflectPad, relativeError, sharedFile, syntheticWeights } from './golden.js'
import { openNetwork } from './session.js'

/** A case of the reference data: networks with inputs and the authors' outputs. */
export interface GoldenCase {
  readonly folder: URL
  readonly scale: number
  readonly hyperParameters: Readonly<Record<string, unknown>>
  readonly checkpoints: Readonly<Record<string, { readonly file: string }>>
  readonly syntheticWeights?: { readonly seed: number }
  readonly runs: readonly {
    readonly name: string
    readonly inputs: { readonly input: { readonly file: string } }
    readonly outputs: Readonly<Record<string, { readonly file: string } | undefined>>
  }[]
}

export function goldenCase(path: string): GoldenCase {
  const folder = sharedFile(`golden/${path}/`)
  return { folder, ...(JSON.parse(readFileSync(new URL('case.json', folder), 'utf8')) as Omit<GoldenCase, 'folder'>) }
}

/** The path of one of the case's checkpoints. */
export function checkpointPath({ folder, checkpoints }: GoldenCase, role: string): string {
  return fileURLToPath(new URL(checkpoints[role]!.file, folder))
}

/** Converts the case's checkpoint of this role. */
export async function convertCase(
  golden: GoldenCase,
  role: string,
  hyperParameters: HyperParameters = {},
): Promise<{ onnx: Uint8Array; facts: ModelFacts }> {
  return convertCheckpoint(checkpointPath(golden, role), undefined, {}, hyperParameters)
}

/** Builds the network of a `release-*` case from its rule. */
export function buildRelease(
  golden: GoldenCase,
  hyperParameters: HyperParameters = {},
): { onnx: Uint8Array; facts: ModelFacts } {
  const tensors = releaseTensors(golden)
  const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors, 'release', hyperParameters)
  return { onnx: encodeModel(model), facts }
}

export function releaseTensors({ folder, syntheticWeights: rule }: GoldenCase): Tensors {
  const list = JSON.parse(readFileSync(new URL('tensors.json', folder), 'utf8')) as {
    key: string
    shape: number[]
    amplitude: number
    offset: number
    buffer?: boolean
  }[]
  return new Map(
    list.map(({ key, shape, amplitude, offset, buffer }): [string, Tensor] => {
      const count = elementCount(shape)
      const data =
        buffer === true ? new Float32Array(count) : syntheticWeights(key, rule!.seed, count, amplitude, offset)
      return [key, { dtype: 'float32', shape, data }]
    }),
  )
}

/**
 * Runs every run of a case, padded by reflection to the network's size multiple as the authors' tests do, and compares each output
 * that is stored. The tolerance is in units of the output's range.
 */
export async function checkRuns(
  golden: GoldenCase,
  { onnx, facts }: { onnx: Uint8Array; facts: ModelFacts },
  tolerance: number,
  outputs: readonly string[] = ['output'],
): Promise<void> {
  for (const output of outputs) {
    const network = await openNetwork(onnx, output)
    for (const run of golden.runs) {
      const stored = run.outputs[output]
      if (stored === undefined) continue
      const reference = readNpy(new URL(stored.file, golden.folder))
      const input = readNpy(new URL(run.inputs.input.file, golden.folder))
      const found = await network(reflectPad(input, facts.sizeMultiple))
      const [, , rows, columns] = reference.shape
      const error = relativeError(rows === undefined ? found : crop(found, rows, columns!), reference)
      assert.ok(error <= tolerance, `${output} of ${run.name}: ${error}`)
    }
  }
}
