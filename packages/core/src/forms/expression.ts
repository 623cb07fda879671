import { describeValue, listOf } from '../document/describe.js'
import { didYouMean } from '../document/suggest.js'
import { KintsugiError } from '../errors/error.js'

/** A compiled expression; `N` is what a name resolved to. */
export type Expression<N> =
  | { readonly kind: 'constant'; readonly value: number | string | boolean }
  | { readonly kind: 'name'; readonly name: N; readonly text: string; readonly fields: readonly string[] }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression<N> }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression<N>
      readonly right: Expression<N>
    }
  | {
      readonly kind: 'conditional'
      readonly test: Expression<N>
      readonly yes: Expression<N>
      readonly no: Expression<N>
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Expression<N>[] }

export const unaryOperators = ['-', '+', '!'] as const
export type UnaryOperator = (typeof unaryOperators)[number]

const arithmetic = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '**': (a: number, b: number) => a ** b,
}
const order = {
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
}
export type BinaryOperator = keyof typeof arithmetic | keyof typeof order | '==' | '!=' | '===' | '!==' | '&&' | '||'
export const binaryOperators: readonly string[] = [
  ...Object.keys(arithmetic),
  ...Object.keys(order),
  '==',
  '!=',
  '===',
  '!==',
  '&&',
  '||',
]

interface Callable {
  readonly least: number
  readonly most: number
  apply(...numbers: number[]): number
}

/** The functions that an expression may call. */
export const functions = {
  min: { least: 1, most: 16, apply: Math.min },
  max: { least: 1, most: 16, apply: Math.max },
  floor: { least: 1, most: 1, apply: Math.floor },
  ceil: { least: 1, most: 1, apply: Math.ceil },
  round: { least: 1, most: 1, apply: Math.round },
  abs: { least: 1, most: 1, apply: Math.abs },
  sqrt: { least: 1, most: 1, apply: Math.sqrt },
  exp: { least: 1, most: 1, apply: Math.exp },
  log: { least: 1, most: 1, apply: Math.log },
  pow: { least: 2, most: 2, apply: Math.pow },
} satisfies Record<string, Callable>
export type FunctionName = keyof typeof functions

/**
 * Evaluates an expression. Arithmetic takes and gives finite numbers, conditions are true or false, `==` compares without
 * conversion; `&&`, `||` and `?:` evaluate only what they need. `round` rounds halves up. Throws `E_EXPRESSION`.
 */
export function evaluateExpression<N>(expression: Expression<N>, valueOf: (name: N) => unknown): unknown {
  const evaluate = (node: Expression<N>): unknown => {
    switch (node.kind) {
      case 'constant':
        return node.value
      case 'name':
        return fieldOf(valueOf(node.name), node.fields, node.text)
      case 'unary':
        if (node.operator === '!') return !condition(evaluate(node.operand), '!')
        return node.operator === '-' ? -number(evaluate(node.operand), '-') : number(evaluate(node.operand), '+')
      case 'conditional':
        return condition(evaluate(node.test), '?') ? evaluate(node.yes) : evaluate(node.no)
      case 'call': {
        const operands = node.operands.map((operand) => number(evaluate(operand), node.name))
        const apply: (...numbers: number[]) => number = functions[node.name].apply
        return finite(apply(...operands), `${node.name}(${operands.join(', ')})`)
      }
      case 'binary':
        return binary(node.operator, node.left, node.right)
    }
  }
  const binary = (operator: BinaryOperator, left: Expression<N>, right: Expression<N>): unknown => {
    if (operator === '&&') return condition(evaluate(left), operator) && condition(evaluate(right), operator)
    if (operator === '||') return condition(evaluate(left), operator) || condition(evaluate(right), operator)
    const a = evaluate(left)
    const b = evaluate(right)
    if (operator === '==' || operator === '===') return a === b
    if (operator === '!=' || operator === '!==') return a !== b
    const first = number(a, operator)
    const second = number(b, operator)
    if (operator in order) return order[operator as keyof typeof order](first, second)
    return finite(arithmetic[operator as keyof typeof arithmetic](first, second), `${first} ${operator} ${second}`)
  }
  return evaluate(expression)
}

/** The value at a path of fields inside a value; only a record's own fields count. Throws `code` if a field is not there. */
export function fieldOf(
  value: unknown,
  fields: readonly string[],
  name: string,
  code: 'E_EXPRESSION' | 'E_FORM' = 'E_EXPRESSION',
): unknown {
  let inside = value
  for (const field of fields) {
    const record =
      typeof inside === 'object' && inside !== null && !Array.isArray(inside) ? (inside as Record<string, unknown>) : {}
    if (!Object.hasOwn(record, field)) {
      const keys = Object.keys(record)
      const fix = didYouMean(field, keys)
      throw new KintsugiError(code, {
        message: `"${name}" has no field "${field}".`,
        expected: keys.length > 0 ? `a field such as ${listOf(keys)}` : 'a record',
        found: describeValue(inside),
        fix: fix ?? (keys.length > 0 ? 'Use one of its fields.' : 'Take the value without a field.'),
      })
    }
    inside = record[field]
  }
  return inside
}

function number(value: unknown, operator: string): number {
  if (typeof value === 'number') return value
  throw new KintsugiError('E_EXPRESSION', {
    message: `"${operator}" needs numbers.`,
    expected: 'a number',
    found: describeValue(value),
    fix: 'Use it with numbers only.',
  })
}

function condition(value: unknown, operator: string): boolean {
  if (typeof value === 'boolean') return value
  throw new KintsugiError('E_EXPRESSION', {
    message: `"${operator}" needs a condition.`,
    expected: 'true or false',
    found: describeValue(value),
    fix: 'Compare, as in "x > 0".',
  })
}

function finite(value: number, text: string): number {
  if (Number.isFinite(value)) return value
  throw new KintsugiError('E_EXPRESSION', {
    message: `${text} is not a finite number.`,
    expected: 'a finite number',
    found: String(value),
    fix:
      text.includes(' / 0') || text.includes(' % 0')
        ? 'Make sure that nothing is divided by zero.'
        : 'Keep the numbers within reach of arithmetic.',
  })
}
