/**
 * Writes `models/denoise.safetensors` and `models/noise-level.onnx` from the checkpoints that were trained for them:
 *
 *     node --conditions=@kintsugi/source --import tsx packages/plugin-hypernet/scripts/build-models.ts hyperres-tiny-noise.pth noisenet-tiny.pth
 */
import { writeFile } from 'node:fs/promises'
import { convertCheckpoint, readCheckpoint, writeSafetensors } from '@kintsugi/nn'

const [hyperRes, noiseNet] = process.argv.slice(2)
if (hyperRes === undefined || noiseNet === undefined) {
  console.error('The paths of hyperres-tiny-noise.pth and noisenet-tiny.pth are missing.')
  process.exit(2)
}

const TRAINING_DATA = 'Crops of BSDS500 (train and test) and Sun-Hays80.'

const { tensors } = await readCheckpoint(hyperRes)
const denoise = writeSafetensors(
  tensors,
  new Map(
    Object.entries({
      'kintsugi.licence': 'MIT',
      'kintsugi.trainedLevels': JSON.stringify([15, 35, 55, 75]),
      'kintsugi.description':
        'Small HyperRes (Aharon and Ben-Artzi 2023): removes Gaussian noise of any sigma; 5 blocks of 40 channels, 377,643 parameters. PSNR of RGB on Set14, noisy and restored, noise not clipped: ' +
        'sigma 10: 28.36, 33.63 dB; 15: 24.90, 32.22; 25: 20.60, 30.30; 35: 17.85, 28.99; 45: 15.87, 27.99; 55: 14.36, 27.19; 75: 12.16, 25.88.',
      'kintsugi.training': `${TRAINING_DATA} L1 at sigma 15, 35, 55 and 75 jointly, Adam 6e-4 with cosine decay, 2 patches of 64 a level, 28,580 steps.`,
    }),
  ),
)
await write('denoise.safetensors', denoise)

const { onnx } = await convertCheckpoint(noiseNet, 'noisenet-tiny.pth', {
  licence: 'MIT',
  description:
    'Small NoiseNet of ifryed/HyperRes: sigma of Gaussian noise, 0..255, in 128 x 128 px; 32 channels, 91,841 parameters. Mean absolute error on Set14, three crops averaged: ' +
    'sigma 0: 2.9; 5: 1.4; 15: 0.8; 25: 0.6; 50: 0.35; 75: 0.4.',
  training: `${TRAINING_DATA} Smooth L1, Adam 1e-3 with cosine decay, batch 8, 40,030 steps, noise clipped to 0..1.`,
})
await write('noise-level.onnx', onnx)

async function write(name: string, bytes: Uint8Array): Promise<void> {
  const target = new URL(`../models/${name}`, import.meta.url)
  await writeFile(target, bytes)
  console.log(`${target.pathname}: ${bytes.byteLength} bytes`)
}
