import type { TensorShapes } from './synthetic-fill.js'

export interface SwinIrForm {
  readonly upsampler: string
  readonly connection: '1conv' | '3conv'
  readonly scale: number
  readonly variant?: 'original' | 'dcpt'
  readonly depths?: readonly number[]
  /** Width; two heads, windows of 8, a hidden layer twice as wide. */
  readonly channels?: number
}

/** The tensors of a small SwinIR. */
export function swinIrShapes({ upsampler, connection, scale, ...form }: SwinIrForm): TensorShapes {
  const { variant = 'original', channels: c = 12, depths = variant === 'dcpt' ? [2, 2, 2, 2, 2, 2] : [2] } = form
  const shapes: Record<string, readonly number[]> = {}
  const layer = (name: string, ...shape: number[]) => {
    shapes[`${name}.weight`] = shape
    shapes[`${name}.bias`] = [shape[0]!]
  }
  const residual = (name: string) => {
    if (connection === '1conv') return layer(name, c, c, 3, 3)
    layer(`${name}.0`, c / 4, c, 3, 3)
    layer(`${name}.2`, c / 4, c / 4, 1, 1)
    layer(`${name}.4`, c, c / 4, 3, 3)
  }
  layer('conv_first', c, 3, 3, 3)
  layer('patch_embed.norm', c)
  for (const [group, depth] of depths.entries()) {
    const dcptName = group < 3 ? `encode_layers.${group}` : `decode_layers${group - 3}`
    const name = variant === 'dcpt' ? dcptName : `layers.${group}`
    for (let i = 0; i < depth; i++) {
      const block = `${name}.residual_group.blocks.${i}`
      layer(`${block}.norm1`, c)
      if (variant === 'original') shapes[`${block}.attn.relative_position_bias_table`] = [225, 2]
      layer(`${block}.attn.qkv`, 3 * c, c)
      layer(`${block}.attn.proj`, c, c)
      layer(`${block}.norm2`, c)
      layer(`${block}.mlp.fc1`, 2 * c, c)
      layer(`${block}.mlp.fc2`, c, 2 * c)
    }
    residual(`${name}.conv`)
  }
  layer('norm', c)
  residual('conv_after_body')
  if (upsampler === '') layer('conv_last', 3, c, 3, 3)
  else if (upsampler === 'pixelshuffledirect') layer('upsample.0', 3 * scale ** 2, c, 3, 3)
  else {
    layer('conv_before_upsample.0', 64, c, 3, 3)
    if (upsampler === 'pixelshuffle') {
      if (scale === 3) layer('upsample.0', 576, 64, 3, 3)
      else for (let stage = 0; 2 ** stage < scale; stage++) layer(`upsample.${2 * stage}`, 256, 64, 3, 3)
    } else for (const name of ['conv_up1', 'conv_up2', 'conv_hr']) layer(name, 64, 64, 3, 3)
    layer('conv_last', 3, 64, 3, 3)
  }
  return shapes
}
