/** Where a fault lies: a place in a pipeline file, in the graph, or in the data. */
export interface Place {
  /** The file as the user named it. */
  file?: string
  /** One-based. */
  line?: number
  /** One-based. */
  column?: number
  /** A few source lines around the place, with a mark under it. */
  frame?: string
  /** Path of the node in the graph, such as `noisy` or `noisy/blur`. */
  node?: string
  /** Axis keys of the instance, such as `{ photo: 'cat' }`. */
  item?: Readonly<Record<string, string>>
}

/** What a fault says besides its code, in this order when printed. Message and fix are sentences: a full stop is added where it is missing. */
export interface ErrorDetails {
  /** What is wrong, naming the offender. */
  message: string
  expected?: string
  found?: string
  /** What to try. */
  fix?: string
  place?: Place
  cause?: unknown
}

/** An `ErrorDetails` with its code, safe to send between threads and to write as JSON. */
export interface ErrorData {
  code: string
  message: string
  expected?: string
  found?: string
  fix?: string
  place?: Place
  cause?: ErrorData
}

/** Every fault that Kintsugi reports: data with a stable code, a place, what was expected, what was found and what to try. */
export class KintsugiError extends Error {
  readonly code: string
  readonly expected: string | undefined
  readonly found: string | undefined
  readonly fix: string | undefined
  readonly place: Place

  constructor(code: string, details: ErrorDetails) {
    super(sentence(details.message), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'KintsugiError'
    this.code = code
    this.expected = details.expected
    this.found = details.found
    this.fix = details.fix === undefined ? undefined : sentence(details.fix)
    this.place = details.place ?? {}
  }

  /** The same fault with more of its place known; what is already known stays. */
  at(place: Place): KintsugiError {
    const error = new KintsugiError(this.code, { ...this.details(), place: { ...place, ...this.place } })
    if (this.stack !== undefined) error.stack = this.stack
    return error
  }

  /** What it says, besides its code. */
  details(): ErrorDetails {
    const { message, expected, found, fix, place, cause } = this
    return {
      message,
      place,
      cause,
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(fix === undefined ? {} : { fix }),
    }
  }

  toJSON(): ErrorData {
    return toErrorData(this)
  }
}

/** A phrase as a sentence: a capital, unless it starts with a name such as `cat.png`, and a full stop. */
function sentence(phrase: string): string {
  const start = /^[a-z]+[ ,:]/.test(phrase) ? phrase.charAt(0).toUpperCase() + phrase.slice(1) : phrase
  return /[.?!]$/.test(start) ? start : `${start}.`
}

/** Any thrown value as plain data; a foreign error keeps its message under the code `E_UNEXPECTED`. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof KintsugiError) {
    const data: ErrorData = { code: error.code, message: error.message }
    if (error.expected !== undefined) data.expected = error.expected
    if (error.found !== undefined) data.found = error.found
    if (error.fix !== undefined) data.fix = error.fix
    if (Object.keys(error.place).length > 0) data.place = error.place
    if (error.cause !== undefined) data.cause = toErrorData(error.cause)
    return data
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'E_UNEXPECTED', message: message === '' ? 'an error without a message' : message }
}

/** The inverse of `toErrorData`. */
export function fromErrorData(data: ErrorData): KintsugiError {
  const { code, cause, ...details } = data
  return new KintsugiError(code, cause === undefined ? details : { ...details, cause: fromErrorData(cause) })
}
