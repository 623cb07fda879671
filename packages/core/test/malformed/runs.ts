import { claiming, floatTiff, jpeg, maliciousCheckpoint, png, smallPng, strangeCheckpoint } from './bytes.js'
import { type MalformedCase, pipeline } from './case.js'

const photo = "inputs: { photo: ‸{ type: image, each: 'bad/*' } }"
const reading = pipeline`
  ${photo}
  nodes: { a: { use: core/mod-crop, in: photo } }
  outputs: { a: a }
`
const graph = (nodes: string): string => pipeline`
  inputs: { photo: { type: image, each: 'images/*.png' } }
  nodes:
    ${nodes}
  outputs: { a: a }
`
const restoring = (model: string): string => graph(`a: ‸{ use: esrgan/restore, in: photo, with: { model: '${model}' } }`)
const onlyA = { limit: { photo: 1 } }
const run = { stage: 'run' } as const
const a = { photo: 'a' }

/** Pipelines that are well-formed, and whose files, models or settings are not. */
export const runCases: readonly MalformedCase[] = [
  { ...run, name: 'a text that is called a picture', text: reading, files: { 'bad/cat.png': 'no picture\n' }, code: 'E_IMAGE_FORMAT', says: ['cat.png', 'no image', 'no picture'], fix: 'PNG', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'an empty picture', text: reading, files: { 'bad/cat.png': '' }, code: 'E_IMAGE_FORMAT', says: ['cat.png', 'empty'], fix: '', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'a PNG cut in half', text: reading, files: { 'bad/cat.png': png.subarray(0, png.length / 2) }, code: 'E_IMAGE_FORMAT', says: ['cat.png', 'damaged or cut short'], fix: 'again', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'a JPEG cut in half', text: reading, files: { 'bad/cat.jpg': jpeg.subarray(0, jpeg.length / 2) }, code: 'E_IMAGE_FORMAT', says: ['cat.jpg', 'damaged or cut short'], fix: 'again', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'a PNG cut in its header', text: reading, files: { 'bad/cat.png': png.subarray(0, 20) }, code: 'E_IMAGE_FORMAT', says: ['cat.png', 'damaged or cut short'], fix: 'again', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'a PNG that claims 2,000,000,000 pixels a side', text: reading, files: { 'bad/cat.png': claiming(2_000_000_000, 2_000_000_000) }, code: 'E_IMAGE_FORMAT', says: ['cat.png'], fix: '', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'a PNG that claims 30,000 pixels a side', text: reading, files: { 'bad/cat.png': claiming(30_000, 30_000) }, options: { memory: 2 ** 40 }, code: 'E_IMAGE_SIZE', says: ['cat.png', '30000 x 30000'], fix: '', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'a PNG that claims more rows than it has', text: reading, files: { 'bad/cat.png': claiming(64, 96) }, code: 'E_IMAGE_FORMAT', says: ['cat.png', 'damaged or cut short'], fix: 'again', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'a TIFF of floating-point samples', text: reading, files: { 'bad/cat.tif': floatTiff() }, code: 'E_IMAGE_FORMAT', says: ['cat.tif', 'float'], fix: '8 or 16 bit', node: 'photo', item: { photo: 'cat' } },
  { ...run, name: 'one bad picture among good ones', text: reading, files: { 'bad/a.png': png, 'bad/b.png': png.subarray(0, 300), 'bad/c.png': png }, options: { keepGoing: true }, code: 'E_IMAGE_FORMAT', says: ['b.png'], fix: 'again', node: 'photo', item: { photo: 'b' } },
  { ...run, name: 'pictures of different size in a metric', text: pipeline`
      inputs:
        photo: { type: image, each: 'images/*.png' }
        other: { type: image, default: small/x.png }
      nodes: { a: ‸{ use: metrics/psnr, in: { image: photo, reference: other } } }
      outputs: { a: a }
    `, files: { 'small/x.png': smallPng }, options: onlyA, code: 'E_IMAGE_SIZE', says: ['64', '16'], fix: 'core/mod-crop', node: 'a', item: a },
  { ...run, name: 'a rectangle outside the picture', text: graph('a: ‸{ use: core/crop, in: photo, with: { width: 500, height: 5 } }'), options: onlyA, code: 'E_IMAGE_SIZE', says: ['500x5', '64x64'], fix: 'smaller', node: 'a', item: a },
  { ...run, name: 'a malicious checkpoint', text: restoring('evil.pth'), files: { 'evil.pth': maliciousCheckpoint }, options: onlyA, code: 'E_CHECKPOINT_PICKLE', says: ['evil.pth', 'posix.system'], fix: '', node: 'a', item: a },
  { ...run, name: 'a checkpoint cut in half', text: restoring('net.pth'), files: { 'net.pth': maliciousCheckpoint.subarray(0, maliciousCheckpoint.length / 2) }, options: onlyA, code: 'E_CHECKPOINT_FORMAT', says: ['net.pth'], fix: '', node: 'a', item: a },
  { ...run, name: 'a checkpoint of no known architecture', text: restoring('net.safetensors'), files: { 'net.safetensors': strangeCheckpoint() }, options: onlyA, code: 'E_ARCHITECTURE_UNKNOWN', says: ['net.safetensors'], fix: '', node: 'a', item: a },
  { ...run, name: 'a text that is called a network', text: restoring('net.onnx'), files: { 'net.onnx': 'no network\n' }, options: onlyA, code: 'E_MODEL_FORMAT', says: ['net.onnx'], fix: '', node: 'a', item: a },
  { ...run, name: 'a model of an unknown extension', text: restoring('net.h5'), files: { 'net.h5': 'x' }, options: onlyA, code: 'E_MODEL_FORMAT', says: ['net.h5'], fix: '', node: 'a', item: a },
  { ...run, name: 'a model that is not there', text: restoring('nets/missing.onnx'), options: onlyA, code: 'E_FILE', says: ['nets/missing.onnx', 'no such file'], fix: 'Check the path', node: 'a', item: a },
  { ...run, name: 'an unknown built-in model', text: restoring('builtin:x5'), options: onlyA, code: 'E_FILE', says: ['builtin:x5', 'builtin:x4'], fix: '"builtin:x4"', node: 'a', item: a },
  { ...run, name: 'an unknown execution provider', text: restoring('builtin:x4'), options: { ...onlyA, provider: 'cdua' }, code: 'E_PROVIDER', says: ['cdua', 'cpu'], fix: '', node: 'a', item: a },
  { ...run, name: 'a memory budget that is too small', text: restoring('builtin:x4'), options: { ...onlyA, memory: 2 ** 20 }, code: 'E_MEMORY', says: ['"a"', '1 MiB', '64x64'], fix: '--memory', node: 'a', item: a },
  { name: 'an output folder that cannot be made', text: graph('a: { use: core/mod-crop, in: photo }'), files: { blocked: 'a file' }, options: { out: 'blocked/out' }, code: 'E_FILE', says: ['blocked/out'], fix: '--out' },
  { ...run, name: 'a label without a branch', text: graph('kind: { use: stub/classify, in: photo }\n    a: ‸{ select: { by: kind, cases: { blur: photo } } }'), options: onlyA, code: 'E_SELECT', says: ['"a"', '"noise"', 'blur'], fix: '"default"', node: 'a', item: a },
  { ...run, name: 'a value read from a node that is out of range', text: graph("n: { use: core/value, with: { value: -3 } }\n    a: ‸{ use: degrade/gaussian-blur, in: photo, with: { sigma: { $from: n } } }"), options: onlyA, code: 'E_PARAM', says: ['sigma', '-3'], fix: 'Narrow', node: 'a', item: a },
  { ...run, name: 'a node with a bug', text: graph('a: ‸{ use: stub/fail, in: photo }'), options: onlyA, code: 'E_NODE_FAILED', says: ['"a"', 'stub/fail', 'stubs 1.0.0', 'Cannot read properties'], fix: 'authors of stubs', node: 'a', item: a },
  { ...run, name: 'a node that gives nothing', text: graph('a: ‸{ use: stub/empty, in: photo }'), options: onlyA, code: 'E_NODE_FAILED', says: ['"stub/empty"', '"image"'], fix: 'authors', node: 'a', item: a },
  { ...run, name: 'a mean over values that are skipped', text: pipeline`
      inputs: { photo: { type: image, each: 'images/*.png' } }
      nodes:
        two: { use: stub/pair, in: photo, when: { $literal: false } }
        m: ‸{ use: stats/mean, in: two.value, over: photo }
      outputs: { m: m }
    `, code: 'E_ABSENT', says: ['"m"', '"two"', 'a'], fix: 'missing: skip', node: 'm', item: {} },
  { ...run, name: 'two items with one path', text: pipeline`
      inputs: { photo: { type: image, default: images/a.png } }
      axes: { n: ['1:2', '1?2'] }
      nodes: { a: { use: core/mod-crop, in: photo, along: [n] } }
      outputs: { a: ‸{ from: a, save: '{n}.png' } }
    `, options: { out: 'out' }, code: 'E_OUTPUT', says: ['"a"', '1_2.png'], fix: '"save"', node: 'a', item: { n: '1?2' } },
]
