import { probe } from './workshop.js'

/** A file used as a node type by `everything`. */
export const soften = `
kintsugi: 1
inputs:
  image: { type: image }
params:
  amount: { type: number, default: 1 }
nodes:
  blurred:
    use: degrade/gaussian-blur
    in: image
    with: { sigma: { $param: amount } }
    when: { $chance: 0.5 }
  packed: { use: degrade/jpeg, in: blurred, with: { quality: { $int: [40, 90] } } }
outputs:
  image: packed
`

/** Axes, draws, `let`, `choose`, `shuffle`, `select`, `when`, a nested file, an opened axis, groups, reductions of numbers and images, tables. */
export const everything = `
kintsugi: 1
name: everything
seed: 11
plugins: ['${probe}']
axes:
  sigma: [5, 25]
inputs:
  photo: { type: image, each: 'photos/*.png' }
let:
  strength: { $uniform: [0.5, 1.5] }
nodes:
  sharp: { use: core/mod-crop, in: photo, with: { multiple: 4 } }
  soft: { use: ./soften.yaml, in: sharp, with: { amount: { $let: strength } } }
  treated:
    in: soft
    choose:
      gentle: { weight: 1, steps: [{ use: degrade/jpeg, with: { quality: 90 } }] }
      harsh: { weight: 1, steps: [{ use: degrade/gaussian-blur, with: { sigma: 2 } }, { use: degrade/jpeg, with: { quality: { $choice: [20, 30] } } }] }
  mixed:
    in: treated
    shuffle:
      steps:
        noise: { use: degrade/gaussian-noise, with: { sigma: { $axis: sigma } } }
        blur: { use: degrade/gaussian-blur, with: { sigma: 0.8 } }
  kind: { use: probe/kind, in: sharp, with: { limit: 0.4 } }
  routed: { select: { by: kind.label, cases: { dark: mixed }, default: treated } }
  halves: { use: probe/halves, in: routed }
  half_mean: { use: probe/mean, in: halves }
  left_mean: { use: stats/mean, in: half_mean, over: half }
  small: { use: degrade/resize, in: sharp, with: { factor: 0.5 } }
  restored: { use: esrgan/restore, in: small }
  psnr: { use: metrics/psnr, in: { image: routed, reference: sharp } }
  mean_psnr: { use: stats/mean, in: psnr, over: photo }
  by_kind: { use: stats/mean, in: psnr, over: [photo], by: kind.label, as: group }
  average: { use: probe/average, in: mixed, over: photo }
  scores: { use: stats/table, in: { columns: { psnr: psnr, mean: left_mean } }, over: '*' }
outputs:
  routed: { from: routed, save: 'routed/{photo}-{sigma}.png' }
  mixed: { from: mixed, save: 'mixed/{photo}-{sigma}.webp' }
  restored: { from: restored, save: 'restored/{photo}.jpg', encode: { quality: 90 } }
  average: { from: average, save: 'average/{sigma}.tiff' }
  scores: { from: scores, save: 'scores-table.csv' }
  choice: treated.choice
  order: mixed.order
  kind: kind.label
  psnr: psnr
  mean_psnr: mean_psnr
  by_kind: by_kind
  left_mean: left_mean
`

/** A short chain with two metrics. */
export const simple = `
kintsugi: 1
name: simple
seed: 3
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  small: { use: degrade/resize, in: photo, with: { factor: 0.5 } }
  noisy: { use: degrade/gaussian-noise, in: small, with: { sigma: { $uniform: [5, 50] } } }
  psnr: { use: metrics/psnr, in: { image: noisy, reference: small } }
  ssim: { use: metrics/ssim, in: { image: noisy, reference: small }, with: { border: 0 } }
  mean_psnr: { use: stats/mean, in: psnr, over: photo }
outputs:
  noisy: { from: noisy, save: 'noisy/{photo}.png' }
  psnr: psnr
  ssim: ssim
  mean_psnr: mean_psnr
`
