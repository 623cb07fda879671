/**
 * Writes `models/x4.onnx`, the model `builtin:x4`, from the checkpoint that was trained for it:
 *
 *     node --conditions=@kintsugi/source --import tsx packages/plugin-esrgan/scripts/build-models.ts rrdb-tiny-x4.pth
 */
import { writeFile } from 'node:fs/promises'
import { convertCheckpoint } from '@kintsugi/nn'

const checkpoint = process.argv[2]
if (checkpoint === undefined) {
  console.error('The path of the checkpoint rrdb-tiny-x4.pth is missing.')
  process.exit(2)
}

const { onnx, facts } = await convertCheckpoint(checkpoint, 'rrdb-tiny-x4.pth', {
  licence: 'MIT',
  description:
    'Small RRDBNet (ESRGAN, Wang et al. 2018) for x4 of photographs with no or mild degradation; 398,755 parameters. ' +
    'PSNR on Y, border 4: Set5 30.55 dB (bicubic 28.63), Set14 27.51 (26.22); after blur 1.2, noise 8 and JPEG 70: ' +
    'Set5 27.76 (26.87), Set14 25.79 (25.08).',
  training:
    'Crops of BSDS500 (train and test) and Sun-Hays80. L1, Adam 5e-4 with cosine decay, batch 8, HR patches of 112, 22,834 steps, weights averaged. ' +
    '30 % antialiased bicubic; 70 % blur of sigma 0.2..2.2, area, linear or cubic reduction to 1/4, noise of sigma 1..15 and JPEG 45..95 (each p 0.6).',
})
const target = new URL('../models/x4.onnx', import.meta.url)
await writeFile(target, onnx)
console.log(
  `${target.pathname}: ${onnx.byteLength} bytes, ${facts.architecture}, scale ${facts.scale}, halo ${facts.halo}`,
)
