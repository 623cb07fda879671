import type { TensorShapes } from './synthetic-fill.js'

export interface RestormerForm {
  readonly dim: number
  /** Between a stage's name and its block's number. */
  readonly style: '.' | '.body.'
  readonly withBias: boolean
  /** With the prompts and extra blocks of PromptIR at its published widths. */
  readonly prompts?: boolean
}

/** The tensors of a Restormer or PromptIR with one block in each stage and heads 1, 2, 4, 8. */
export function restormerShapes({ dim, style, withBias, prompts = false }: RestormerForm): TensorShapes {
  const shapes: Record<string, readonly number[]> = {}
  const conv = (name: string, to: number, from: number, kernel: number) => {
    shapes[`${name}.weight`] = [to, from, kernel, kernel]
  }
  const block = (name: string, c: number, heads: number) => {
    const hidden = Math.floor(c * 2.66)
    for (const norm of ['norm1', 'norm2']) {
      shapes[`${name}.${norm}.body.weight`] = [c]
      if (withBias) shapes[`${name}.${norm}.body.bias`] = [c]
    }
    shapes[`${name}.attn.temperature`] = [heads, 1, 1]
    conv(`${name}.attn.qkv`, 3 * c, c, 1)
    conv(`${name}.attn.qkv_dwconv`, 3 * c, 1, 3)
    conv(`${name}.attn.project_out`, c, c, 1)
    conv(`${name}.ffn.project_in`, 2 * hidden, c, 1)
    conv(`${name}.ffn.dwconv`, 2 * hidden, 1, 3)
    conv(`${name}.ffn.project_out`, c, hidden, 1)
  }
  conv('patch_embed.proj', dim, 3, 3)
  const stages = [
    ['encoder_level1', 1, 1],
    ['encoder_level2', 2, 2],
    ['encoder_level3', 4, 4],
    ['latent', 8, 8],
    ['decoder_level3', 4, 4],
    ['decoder_level2', 2, 2],
    ['decoder_level1', 2, 1],
    ['refinement', 2, 1],
  ] as const
  for (const [name, width, heads] of stages) block(`${name}${style}0`, width * dim, heads)
  for (const [level, name] of ['down1_2', 'down2_3', 'down3_4'].entries())
    conv(`${name}.body.0`, (dim << level) / 2, dim << level, 3)
  const entering = { up4_3: prompts ? 4 : 8, up3_2: 4, up2_1: 2 }
  for (const [name, width] of Object.entries(entering)) conv(`${name}.body.0`, 2 * width * dim, width * dim, 3)
  conv('reduce_chan_level3', 4 * dim, (prompts ? 6 : 8) * dim, 1)
  conv('reduce_chan_level2', 2 * dim, 4 * dim, 1)
  conv('output', 3, 2 * dim, 3)
  if (!prompts) return shapes
  const levels = [
    [1, 64, 64, 2, 2],
    [2, 128, 32, 4, 4],
    [3, 320, 16, 8, 4],
  ] as const
  for (const [level, width, side, features, to] of levels) {
    shapes[`prompt${level}.prompt_param`] = [1, 5, width, side, side]
    shapes[`prompt${level}.linear_layer.weight`] = [5, features * dim]
    shapes[`prompt${level}.linear_layer.bias`] = [5]
    conv(`prompt${level}.conv3x3`, width, width, 3)
    block(`noise_level${level}`, features * dim + width, 4)
    conv(`reduce_noise_level${level}`, to * dim, features * dim + width, 1)
  }
  return shapes
}
