import { defineConfig, type Options } from 'tsup'

const bundle = (name: string, entry: Record<string, string>, more: Options = {}): Options => ({
  name,
  entry: Object.fromEntries(Object.entries(entry).map(([out, file]) => [out, `packages/${name}/${file}`])),
  outDir: `packages/${name}/dist`,
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  splitting: true,
  skipNodeModulesBundle: true,
  dts: false,
  // Declarations are tsc's.
  clean: ['!**/*.d.ts', '!**/*.d.ts.map'],
  silent: true,
  ...more,
})

export default defineConfig([
  bundle(
    'core',
    {
      index: 'src/index.ts',
      errors: 'src/errors/index.ts',
      onnx: 'src/onnx/index.ts',
      worker: 'src/workers/worker.ts',
    },
    // 800 files that every thread would read one by one.
    { noExternal: [/^typebox/, /^@bufbuild/] },
  ),
  bundle('nn', { index: 'src/index.ts' }),
  bundle('testing', { index: 'src/index.ts' }),
  bundle('vectors', { index: 'src/index.ts' }),
  bundle('plugin-degrade', { index: 'src/index.ts' }),
  bundle('plugin-metrics', { index: 'src/index.ts' }),
  bundle('plugin-esrgan', { index: 'src/index.ts' }),
  bundle('plugin-hypernet', { index: 'src/index.ts' }),
  bundle('plugin-tgsr', { index: 'src/index.ts' }),
  bundle('report', { index: 'src/index.ts' }),
  bundle('plugin-dasr', { index: 'src/index.ts' }),
  bundle('plugin-dcpt', { index: 'src/index.ts' }),
  bundle('cli', { index: 'src/index.ts', main: 'src/main.ts' }),
])
