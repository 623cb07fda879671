/** Pickles written by hand, opcode by opcode (protocol 2). */
export type PicklePart = Buffer

export const MARK = Buffer.from('(')
export const STOP = Buffer.from('.')
export const REDUCE = Buffer.from('R')
export const EMPTY_TUPLE = Buffer.from(')')

/** A whole pickle around one object. */
export function pickle(...parts: PicklePart[]): Buffer {
  return Buffer.concat([Buffer.of(0x80, 2), ...parts, STOP])
}

export function global(module: string, name: string): PicklePart {
  return Buffer.from(`c${module}\n${name}\n`)
}

export function text(value: string): PicklePart {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([Buffer.from('X'), length, bytes])
}

export function int(value: number): PicklePart {
  const bytes = Buffer.alloc(5)
  bytes.write('J')
  bytes.writeInt32LE(value, 1)
  return bytes
}

export function tuple(...items: PicklePart[]): PicklePart {
  return Buffer.concat([MARK, ...items, Buffer.from('t')])
}

export function dict(entries: Readonly<Record<string, PicklePart>>): PicklePart {
  const items = Object.entries(entries).flatMap(([key, value]) => [text(key), value])
  return Buffer.concat([Buffer.from('}'), MARK, ...items, Buffer.from('u')])
}

/** A call of a name with arguments, as `__reduce__` leaves it. */
export function call(module: string, name: string, ...args: PicklePart[]): PicklePart {
  return Buffer.concat([global(module, name), tuple(...args), REDUCE])
}

/** A tensor over one storage, as torch.save describes it. */
export interface TensorDescription {
  readonly storage: string
  /** Storage class, such as `FloatStorage`. */
  readonly type: string
  readonly count: number
  readonly offset?: number
  readonly shape: readonly number[]
  readonly strides?: readonly number[]
}

export function tensor({ storage, type, count, offset = 0, shape, strides }: TensorDescription): PicklePart {
  const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const id = tuple(text('storage'), global('torch', type), text(storage), text('cuda:3'), int(count))
  const hooks = call('collections', 'OrderedDict')
  return call(
    'torch._utils',
    '_rebuild_tensor_v2',
    Buffer.concat([id, Buffer.from('Q')]),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...(strides ?? rowMajor).map(int)),
    Buffer.of(0x89),
    hooks,
  )
}
