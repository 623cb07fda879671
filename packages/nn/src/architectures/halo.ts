/** First and last sample, of those along one axis. */
type Interval = readonly [first: number, last: number]

/** The samples that a run of a layer's output samples depends on. */
export type Reach = (samples: Interval) => Interval

/** Convolutions without stride: so many samples further on each side. */
export function around(radius: number): Reach {
  return ([first, last]) => [first - radius, last + radius]
}

/** Attention in windows that begin at `shift` and every `window` samples from there. */
export function withinWindows(window: number, shift: number): Reach {
  const start = (sample: number) => Math.floor((sample - shift) / window) * window + shift
  return ([first, last]) => [start(first), start(last) + window - 1]
}

/** Enlargement by nearest neighbour or pixel shuffle. */
export function enlargedBy(factor: number): Reach {
  return ([first, last]) => [Math.floor(first / factor), Math.floor(last / factor)]
}

/**
 * The halo of layers that shapes computed at run time keep from being analysed: the farthest input pixel that an output pixel
 * depends on, over one period of output pixels; the layers in the order from the input to the output.
 */
export function haloOf(layers: readonly Reach[], { scale, period }: { scale: number; period: number }): number {
  const fromOutput = [...layers].reverse()
  let halo = 0
  for (let pixel = 0; pixel < period * scale; pixel++) {
    const [first, last] = fromOutput.reduce<Interval>((samples, reach) => reach(samples), [pixel, pixel])
    const own = Math.floor(pixel / scale)
    halo = Math.max(halo, own - first, last - own)
  }
  return halo
}
