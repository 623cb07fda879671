/** Facts that came with an image file and travel with its pixels. */
export interface ImageMetadata {
  /** Bits per sample of the file it came from (8 or 16); encoders keep it. Absent for computed images: 8. */
  bitDepth?: 8 | 16
  /** Format of the file it came from, such as `jpeg` or `png`. */
  format?: string
  /** ICC profile bytes, base64. Absent means sRGB. */
  icc?: string
  /** EXIF block, base64, with the orientation entry removed since it has been applied. */
  exif?: string
  /** Pixels per inch. */
  density?: number
}

/**
 * An image: planar float32, sRGB-encoded, nominally 0..1 (values may leave that range; encoders clip).
 * `data` holds `channels` planes of `height * width` samples, row by row: index `(c * height + y) * width + x`.
 */
export interface Image {
  readonly width: number
  readonly height: number
  /** 3: red, green, blue. 1: gray. */
  readonly channels: 1 | 3
  readonly data: Float32Array
  /** Opacity, one plane of `height * width` samples, 0 transparent .. 1 opaque, not premultiplied; `null` if opaque. */
  readonly alpha: Float32Array | null
  readonly metadata: ImageMetadata
}

/** The shape of an image to make. */
export interface ImageShape {
  width: number
  height: number
  channels: 1 | 3
  /** Whether it has an alpha plane. Default: false. */
  alpha?: boolean
  metadata?: ImageMetadata
  /**
   * Whether its samples are zeros to begin with. Default: true. `false` saves the time where every sample gets written: until then they
   * hold what the memory held before.
   */
  cleared?: boolean
}

/** Gives float32 samples that can be shared between threads, zeros if `cleared`. */
export type AllocateSamples = (length: number, cleared: boolean) => Float32Array

/** Makes an image, of zeros unless the shape says otherwise; `allocate` defaults to shared memory of its own. */
export function createImage(shape: ImageShape, allocate: AllocateSamples = allocateShared): Image {
  const plane = shape.width * shape.height
  const { cleared = true } = shape
  return {
    width: shape.width,
    height: shape.height,
    channels: shape.channels,
    data: allocate(plane * shape.channels, cleared),
    alpha: shape.alpha === true ? allocate(plane, cleared) : null,
    metadata: shape.metadata ?? {},
  }
}

/** Bytes of an image's samples. */
export function imageBytes(image: Pick<Image, 'data' | 'alpha'>): number {
  return image.data.byteLength + (image.alpha?.byteLength ?? 0)
}

function allocateShared(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4))
}
