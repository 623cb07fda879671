import type { TensorShapes } from './synthetic-fill.js'

/** The tensors of a NAFNet of width 4 with one block in each of two encoders, the middle and two decoders. */
export function nafNetShapes(decoder: string): TensorShapes {
  const shapes: Record<string, readonly number[]> = {}
  const conv = (name: string, to: number, from: number, kernel: number, bias = true) => {
    shapes[`${name}.weight`] = [to, from, kernel, kernel]
    if (bias) shapes[`${name}.bias`] = [to]
  }
  const block = (name: string, c: number) => {
    conv(`${name}.conv1`, 2 * c, c, 1)
    conv(`${name}.conv2`, 2 * c, 1, 3)
    for (const layer of ['conv3', 'sca.1', 'conv5']) conv(`${name}.${layer}`, c, c, 1)
    conv(`${name}.conv4`, 2 * c, c, 1)
    for (const tensor of ['norm1.weight', 'norm1.bias', 'norm2.weight', 'norm2.bias']) shapes[`${name}.${tensor}`] = [c]
    for (const tensor of ['beta', 'gamma']) shapes[`${name}.${tensor}`] = [1, c, 1, 1]
  }
  conv('intro', 4, 3, 3)
  conv('ending', 3, 4, 3)
  for (const [level, c] of [4, 8].entries()) {
    block(`encoders.${level}.0`, c)
    conv(`downs.${level}`, 2 * c, c, 2)
    conv(`ups.${level}.0`, 32 >> level, 16 >> level, 1, false)
    block(`${decoder}${level}.0`, 8 >> level)
  }
  block('middle_blks.0', 16)
  return shapes
}
