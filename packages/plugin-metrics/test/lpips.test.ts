import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, KintsugiError, type Model, type NodeContext } from '@kintsugi/core'
import { checkpointReader, writeSafetensors } from '@kintsugi/nn'
import { createModelEnvironment } from '../../core/src/models/index.js'
import { lpips } from '../src/index.js'
import { testContext } from './context.js'
import { goldenFolder, goldenImage } from './golden.js'
import { type MadeTensor, madeWeights } from './made-weights.js'

const weights = new URL('../../../../shared/weights/lpips/', import.meta.url)
const folder = new URL('lpips/', goldenFolder)

interface GoldenTensorRule extends MadeTensor {
  readonly torchvisionKey: string
}

describe('metrics/lpips', () => {
  const models = createModelEnvironment({ readers: [checkpointReader] })
  const guards = { createImage, throwIfCancelled: () => undefined, progress: () => undefined }
  const context = Object.create(testContext, {
    openModel: { value: (model: Model) => models.open(model, guards) },
  }) as NodeContext
  let temporary = ''
  before(() => {
    temporary = mkdtempSync(join(tmpdir(), 'kintsugi-lpips-'))
  })
  after(() => rmSync(temporary, { recursive: true }))

  for (const network of ['alex', 'squeeze'] as const) {
    it(`equals the original with ${network}'s heads on generated trunks to 1e-5`, async function () {
      if (!existsSync(folder) || !existsSync(weights)) {
        console.log('      reference values or heads are not there')
        this.skip()
      }
      const rules = JSON.parse(readFileSync(new URL(`tensors.${network}.json`, folder), 'utf8')) as GoldenTensorRule[]
      const { syntheticTrunk, networks } = JSON.parse(readFileSync(new URL('values.json', folder), 'utf8')) as {
        syntheticTrunk: { seed: number }
        networks: Record<string, { rows: { reference: string; distorted: string; value: number }[] }>
      }
      const tensors = new Map(
        rules.map((rule) => [
          rule.torchvisionKey,
          { dtype: 'float32' as const, shape: rule.shape, data: madeWeights(rule, syntheticTrunk.seed) },
        ]),
      )
      const path = join(temporary, `${network}.safetensors`)
      const bytes = writeSafetensors(tensors)
      writeFileSync(path, bytes)
      const trunk: Model = { name: network, path, hash: createHash('sha256').update(bytes).digest('hex') }
      const heads = fileURLToPath(new URL(`lpips_v0.1_${network}.pth`, weights))
      const params = { border: 0, quantize: true, heads }
      for (const { reference, distorted, value } of networks[network]!.rows.slice(0, 2)) {
        const image = await goldenImage(new URL(distorted, folder).href)
        const truth = await goldenImage(new URL(reference, folder).href)
        const { score } = await lpips.run({ image, reference: truth, trunk }, params, context)
        assert.ok(Math.abs(score - value) <= 1e-5 * value, `${score} instead of ${value}`)
        assert.equal((await lpips.run({ image, reference: image, trunk }, params, context)).score, 0)
      }
      const others = network === 'alex' ? 'squeeze' : 'alex'
      const wrong = { ...params, heads: fileURLToPath(new URL(`lpips_v0.1_${others}.pth`, weights)) }
      const image = createImage({ width: 64, height: 64, channels: 1 })
      await assert.rejects(
        async () => lpips.run({ image, reference: image, trunk }, wrong, context),
        (error) => error instanceof KintsugiError && error.code === 'E_METRIC_PARAMETERS',
      )
    })
  }
})
