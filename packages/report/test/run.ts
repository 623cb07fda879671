import type { WrittenRun } from '../src/read-run.js'

const psnr = { name: 'PSNR', direction: 'higher', unit: 'dB', protocol: { border: 4, color_space: 'y' } } as const

/** A run of some photos by some models: two scores, one picture of each, recipes, timings. */
export function runOf(
  photos: readonly string[],
  models: readonly string[],
  change: Partial<WrittenRun> = {},
): WrittenRun {
  const saved = photos.flatMap((photo, p) =>
    models.map((model, m) => ({
      output: 'restored',
      item: { photo, model },
      path: `restored/${photo}-${model}.png`,
      value: `${key(p, m)}:image`,
      sha256: '',
      pixels: '',
    })),
  )
  const source = photos.map((photo, p) => ({
    key: key(p, 99),
    use: 'core/read-image',
    node: 'photo',
    plugin: '@kintsugi/core@0.1.0',
    with: { path: { file: `${photo}.png`, sha256: key(p, 99) } },
    inputs: {},
  }))
  const restored = photos.flatMap((_, p) =>
    models.map((model, m) => ({
      key: key(p, m),
      use: 'esrgan/restore',
      node: 'restored',
      plugin: '@kintsugi/plugin-esrgan@0.1.0',
      with: { model },
      inputs: { image: `${key(p, 99)}:image` },
    })),
  )
  const rows = (scale: number) =>
    photos.flatMap((photo, p) => models.map((model, m) => ({ photo, model, value: scale * (20 + m + ((7 * p) % 5)) })))
  const node = (id: number, path: string, use: string, axes: string[]) => ({
    id,
    path,
    kind: 'task' as const,
    use,
    axes,
    over: [],
  })
  return {
    pipeline: 'three models',
    seed: 7,
    provider: 'cpu',
    kintsugi: '0.1.0',
    plugins: [{ name: '@kintsugi/core', version: '0.1.0' }],
    libraries: { sharp: '0.35.5' },
    saved,
    failures: [],
    graph: {
      name: 'three models',
      axes: [
        { name: 'photo', keys: photos.length, declared: 'input photo', counted: false },
        { name: 'model', keys: models.length, declared: 'axes.model', counted: false },
      ],
      nodes: [
        node(0, 'photo', 'core/read-image', ['photo']),
        node(1, 'restored', 'esrgan/restore', ['photo', 'model']),
      ],
      edges: [{ from: 0, output: 'image', to: 1, port: 'image', type: 'image', index: {}, certain: true }],
      outputs: [{ name: 'restored', from: 1, output: 'image', type: 'image', save: 'restored/{photo}-{model}.png' }],
    },
    records: [...source, ...restored],
    scores: { psnr: rows(1), ssim: rows(0.01) },
    metrics: { psnr, ssim: { ...psnr, name: 'SSIM', unit: '' } },
    tables: {},
    timings: {
      milliseconds: 5000,
      jobs: 2,
      nodes: [
        {
          node: 'restored',
          ran: 4,
          cached: 1,
          milliseconds: 4000,
          slowest: { item: { photo: 'a' }, milliseconds: 1500 },
        },
      ],
    },
    ...change,
  }
}

/** A run of some photos, each damaged several times and restored by some models; the photos themselves are saved once. */
export function repeatedRun(photos: readonly string[], draws: number, models: readonly string[]): WrittenRun {
  const run = runOf(photos, models)
  const keys = Array.from({ length: draws }, (_, draw) => String(draw))
  const again = <T>(one: T, change: (draw: string) => Partial<T>) => keys.map((draw) => ({ ...one, ...change(draw) }))
  const [photo, model] = run.graph.axes as [WrittenRun['graph']['axes'][number], WrittenRun['graph']['axes'][number]]
  return {
    ...run,
    graph: {
      ...run.graph,
      axes: [{ name: 'draw', keys: draws, declared: 'axes.draw', counted: true }, photo, model],
    },
    saved: [
      ...photos.map((name) => ({
        output: 'original',
        item: { photo: name },
        path: `${name}.png`,
        value: '',
        sha256: '',
        pixels: '',
      })),
      ...run.saved.flatMap((one) =>
        again(one, (draw) => ({ item: { ...one.item, draw }, path: one.path.replace('.png', `-${draw}.png`) })),
      ),
    ],
    scores: {
      ...Object.fromEntries(
        Object.entries(run.scores).map(([name, rows]) => [
          name,
          rows.flatMap((row) => again(row, (draw) => ({ draw }))),
        ]),
      ),
      sharpness: photos.map((name) => ({ photo: name, value: name.length })),
    },
  }
}

function key(photo: number, model: number): string {
  return `${photo.toString(16)}-${model.toString(16)}`.padStart(64, '0')
}
