import { createRequire } from 'node:module'
import { KintsugiError } from '@kintsugi/core/errors'
import type * as Pickle from 'pickleparser'
import { checkLimit, limits } from './limits.js'
import type { ElementType } from './tensor.js'

// Imported, it would have Node search it for names of exports first, which takes each thread longer than loading it.
const { BufferReader, Parser } = createRequire(import.meta.url)('pickleparser') as typeof Pickle

/** A storage that tensors of the file share. */
export class StorageReference {
  constructor(
    readonly key: string,
    readonly dtype: ElementType,
    readonly count: number,
  ) {
    Object.freeze(this)
  }
}

/** A tensor as the pickle describes it; offset and strides in elements. Frozen, as a pickle may alter what it has built. */
export class TensorReference {
  constructor(
    readonly storage: StorageReference,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    Object.freeze(this)
  }
}

/** Something harmless beside the weights whose value is not needed, such as a NumPy scalar. */
export class OpaqueValue {
  constructor(readonly name: string) {}
}

/** Reads pickles that stand one after another. */
export interface PickleReader {
  /** The next object: maps, arrays, texts, numbers, `TensorReference`s and `OpaqueValue`s. */
  next(): unknown
  /** Byte at which the next pickle begins. */
  readonly position: number
  readonly storages: ReadonlyMap<string, StorageReference>
}

/** Storage classes of PyTorch and their elements (torch/storage.py). */
const storageTypes: ReadonlyMap<string, ElementType> = new Map([
  ['FloatStorage', 'float32'],
  ['DoubleStorage', 'float64'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
])

/** Dictionaries of training programs other than Python's own. */
const dictionaryNames = [
  'collections.defaultdict',
  'collections.Counter',
  'pytorch_lightning.utilities.parsing.AttributeDict',
  'lightning_fabric.utilities.data.AttributeDict',
  'lightning.fabric.utilities.data.AttributeDict',
]

/** Names beside the weights in training checkpoints; their values are dropped. */
const ignoredNames = new Set([
  'torch.device',
  'torch.Size',
  'numpy.dtype',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'numpy.ndarray',
  '_codecs.encode',
  'argparse.Namespace',
  'pathlib.PosixPath',
  'pathlib.PurePosixPath',
  'pathlib.WindowsPath',
  'pathlib.PureWindowsPath',
  ...['set', 'frozenset', 'complex', 'bytearray', 'int', 'float', 'str', 'bool', 'list', 'dict', 'tuple'].flatMap(
    (type) => [`__builtin__.${type}`, `builtins.${type}`],
  ),
  'pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint',
  ...['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool'].map(
    (type) => `torch.${type}`,
  ),
])

class StorageType {
  constructor(readonly dtype: ElementType) {}
}

/**
 * Opens pickled data of PyTorch. Nothing in it is executed: a name that the pickle refers to is either one of a short list of
 * data constructors or refused with `E_CHECKPOINT_PICKLE`; malformed data likewise; `E_CHECKPOINT_LIMIT` for bombs.
 */
export function openPickle(bytes: Uint8Array, name: string, start = 0): PickleReader {
  const storages = new Map<string, StorageReference>()
  const names = allowedNames(name)
  const parser = new Parser({
    unpicklingTypeOfDictionary: 'Map',
    nameResolver: { resolve: (module, global) => resolveName(names, name, module, global) },
    persistentResolver: {
      resolve: (id: unknown) => {
        const storage = readStorage(id)
        const known = storages.get(storage.key)
        if (known === undefined) storages.set(storage.key, storage)
        else if (known.dtype !== storage.dtype || known.count !== storage.count)
          throw new Error(`storage ${storage.key} has two sizes`)
        return known ?? storage
      },
    },
  })
  const reader = new GuardedReader(bytes)
  reader.skip(start)
  return {
    storages,
    get position() {
      return reader.position
    },
    next() {
      try {
        return parser.read<unknown>(reader)
      } catch (cause) {
        if (cause instanceof KintsugiError) throw cause
        throw malformed(name, reader.position, cause)
      }
    },
  }
}

/** A reader that never goes backwards, which a negative length would ask for, and never rounds a length. */
class GuardedReader extends BufferReader {
  override skip(offset: number): void {
    if (!(offset >= 0)) throw new Error(`a length of ${offset}`)
    super.skip(offset)
  }

  override uint64(): number {
    const low = this.uint32()
    const high = this.uint32()
    if (high >= 2 ** 21) throw new Error('a number beyond 2^53')
    return high * 2 ** 32 + low
  }
}

type Constructor = (...args: unknown[]) => unknown

function allowedNames(file: string): ReadonlyMap<string, unknown> {
  let work = 0
  const counted = (construct: Constructor) =>
    // A function proper, as some opcodes construct what a name stands for and others call it.
    Object.freeze(function (...args: unknown[]) {
      work += 1 + args.length + (Array.isArray(args[0]) ? args[0].length : 0)
      checkLimit(file, 'the work to read it', work, limits.pickleWork)
      return construct(...args)
    })
  const types = [...storageTypes].map(([name, dtype]): [string, unknown] => [
    `torch.${name}`,
    Object.freeze(new StorageType(dtype)),
  ])
  return new Map<string, unknown>([
    ['collections.OrderedDict', counted(orderedDict)],
    ['typing.OrderedDict', counted(orderedDict)],
    ['torch._utils._rebuild_tensor_v2', counted(rebuildTensor)],
    ['torch._utils._rebuild_tensor', counted(rebuildTensor)],
    ['torch._utils._rebuild_parameter', counted((value) => value)],
    ...[...ignoredNames].map((name): [string, unknown] => [name, counted(() => new OpaqueValue(name))]),
    ...dictionaryNames.map((name): [string, unknown] => [name, counted(dictionary)]),
    ...types,
  ])
}

function resolveName(names: ReadonlyMap<string, unknown>, file: string, module: unknown, global: unknown): Constructor {
  const name =
    typeof module === 'string' && typeof global === 'string' ? `${module}.${global}` : 'something that is no name'
  const found = names.get(name)
  if (found === undefined) throw refused(file, name)
  return found as Constructor
}

/** Python writes an ordered dict empty, or with one list of key-value pairs. */
function orderedDict(items: unknown = []): Map<unknown, unknown> {
  if (!Array.isArray(items)) throw new Error('an ordered dict that is not made of pairs')
  return new Map(
    items.map((pair: unknown): [unknown, unknown] => {
      if (!Array.isArray(pair) || pair.length !== 2) throw new Error('an ordered dict that is not made of pairs')
      return [pair[0], pair[1]]
    }),
  )
}

/** Their arguments are a default, which is dropped, or the entries. */
function dictionary(entries: unknown): Map<unknown, unknown> {
  return new Map(entries instanceof Map ? entries : [])
}

function rebuildTensor(storage: unknown, offset: unknown, shape: unknown, strides: unknown): TensorReference {
  if (
    !(storage instanceof StorageReference) ||
    !isSize(offset) ||
    !isSizes(shape) ||
    !isSizes(strides) ||
    shape.length !== strides.length
  ) {
    throw new Error('a tensor that is not made of a storage, an offset, a shape and strides')
  }
  return new TensorReference(storage, offset, [...shape], [...strides])
}

/** A persistent id is `('storage', class, key, location, count)`, with a sixth entry in legacy files. */
function readStorage(id: unknown): StorageReference {
  const [tag, type, key, , count, view] = Array.isArray(id) ? (id as unknown[]) : []
  if (tag !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || !isSize(count)) {
    throw new Error('a reference to a storage that is not of the known form')
  }
  if (view !== undefined && view !== null) throw new Error('a storage that is a view of another one')
  return new StorageReference(key, type.dtype, count)
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= limits.rank && value.every(isSize)
}

function refused(file: string, name: string): KintsugiError {
  return new KintsugiError('E_CHECKPOINT_PICKLE', {
    message: `${file} refers to ${name}, which is not on the list of harmless names. Nothing was executed.`,
    expected: 'a state dict: names, tensors and plain values',
    found: name,
    fix: 'If you trust its authors, save the weights alone in PyTorch: torch.save(model.state_dict(), path). Otherwise delete the file.',
  })
}

function malformed(file: string, position: number, cause: unknown): KintsugiError {
  return new KintsugiError('E_CHECKPOINT_PICKLE', {
    message: `${file} holds a malformed pickle.`,
    expected: 'a state dict as torch.save writes it',
    found: `${cause instanceof Error ? cause.message : String(cause)}, before byte ${position} of the pickle`,
    fix: 'Check that the download is complete.',
    cause,
  })
}
