import { createImage, pixelMemoryOf } from '@kintsugi/core'
import degrade from '@kintsugi/plugin-degrade'
import { completed, recycling } from './measure/beside.mjs'
import { picture } from './measure/pictures.mjs'

const memory = recycling()
const plain = picture(1024, 1024, 1)
const placed = memory.place(plain)
console.log(pixelMemoryOf(placed.data) !== undefined, pixelMemoryOf(placed.data)?.scratch)
const outs = new Map()
const foreign = (seed) => ({
  ...memory.context(seed),
  createImage: (shape) => {
    const k = `${shape.width}x${shape.height}`
    let im = outs.get(k)
    if (!im) {
      im = createImage(shape)
      outs.set(k, im)
    }
    return im
  },
})
const cases = {
  turned9: ['gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 9 }],
  turned11: ['gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 11 }],
  sinc9: ['sinc-blur', { kernel_size: 9, cutoff: 1.5 }],
  defocus3: ['defocus-blur', { radius: 3 }],
  motion9: ['motion-blur', { length: 9, angle: 30 }],
  g05: ['gaussian-blur', { sigma: 0.5 }],
  turned7: ['gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 7 }],
  nearest: ['resize', { mode: 'nearest', size: { width: 256, height: 256 } }],
  bil4: ['resize', { mode: 'bilinear', size: { width: 256, height: 256 } }],
  area15: ['resize', { mode: 'area', size: { width: 1536, height: 1536 } }],
  bil073: ['resize', { mode: 'bilinear', size: { width: 747, height: 747 } }],
}
const pick = process.argv.slice(2)
for (const [name, [use, params]] of Object.entries(cases)) {
  if (pick.length && !pick.includes(name)) continue
  const d = degrade.nodes.find((n) => n.name === 'degrade/' + use)
  const all = completed(d, params)
  const b = { foreign: 1e9, placed: 1e9 }
  const until = performance.now() + 5000
  while (performance.now() < until) {
    let s = performance.now()
    await d.run({ image: plain }, all, foreign(1))
    b.foreign = Math.min(b.foreign, performance.now() - s)
    s = performance.now()
    await d.run({ image: placed }, all, memory.context(1))
    b.placed = Math.min(b.placed, performance.now() - s)
    memory.recycle()
  }
  console.log(name.padEnd(10), 'foreign', b.foreign.toFixed(2), 'placed', b.placed.toFixed(2))
}
