import * as jsep from 'jsep'
import { sentence } from '../document/describe.js'
import { nearest } from '../document/suggest.js'
import { KintsugiError } from '../errors/error.js'
import {
  type BinaryOperator,
  binaryOperators,
  type Expression,
  type FunctionName,
  functions,
  type UnaryOperator,
  unaryOperators,
} from './expression.js'

/** Longest expression, in characters; it also bounds how deep the parser recurses. */
const MAX_LENGTH = 1000

/** A node of the parser's tree, with the offset where it starts. */
type Parsed = Readonly<Record<string, unknown>> & { readonly type: string; at?: number }

interface Parser {
  index: number
  gobbleSpaces(): void
  gobbleToken(): Parsed | undefined | false
  parse(): Parsed
}

// The class is exported but not in the package's type declarations.
const { Jsep } = jsep as unknown as { Jsep: new (text: string) => Parser }

/** Notes where each token starts, without touching the parser's global settings. */
class LocatingParser extends Jsep {
  override gobbleToken(): Parsed | undefined | false {
    this.gobbleSpaces()
    const at = this.index
    const node = super.gobbleToken()
    if (node) node.at ??= at
    return node
  }
}

/**
 * Reads an expression: arithmetic, comparisons, logic, a conditional, a few functions and dotted names. `resolve` gives
 * what a name stands for, or `undefined`; `names` are suggested from. Throws `E_EXPRESSION` with the character.
 */
export function parseExpression<N>(
  text: unknown,
  resolve: (name: string) => N | undefined,
  names: Iterable<string> = [],
): Expression<N> {
  if (typeof text !== 'string')
    throw new KintsugiError('E_EXPRESSION', {
      message: 'An expression is a text.',
      expected: "a text such as '4 + sf'",
      found: JSON.stringify(text),
      fix:
        typeof text === 'number' || typeof text === 'boolean'
          ? 'Write the value itself, or put it in quotes.'
          : 'Write a text.',
    })
  if (text.length > MAX_LENGTH) {
    throw new KintsugiError('E_EXPRESSION', {
      message: 'An expression is too long.',
      expected: `at most ${MAX_LENGTH} characters`,
      found: `${text.length}`,
      fix: 'Split it into lets.',
    })
  }
  return convert(parse(text), { text, resolve, names })
}

interface Context<N> {
  text: string
  resolve(name: string): N | undefined
  names: Iterable<string>
}

function parse(text: string): Parsed {
  try {
    return new LocatingParser(text).parse()
  } catch (error) {
    const { index = 0, description = String(error) } = error as { index?: number; description?: string }
    throw fault(
      text,
      index,
      `the expression cannot be read: ${description.charAt(0).toLowerCase()}${description.slice(1)}`,
      'look for a missing operand, bracket or quote there',
    )
  }
}

function convert<N>(node: Parsed, context: Context<N>): Expression<N> {
  const at = startOf(node)
  const refuse = (what: string, fix?: string) =>
    fault(
      context.text,
      at,
      `${what} cannot stand in an expression`,
      fix ?? 'write it with numbers, comparisons, "? :" and functions',
    )
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'string' || typeof node.value === 'boolean' || Number.isFinite(node.value)) {
        return { kind: 'constant', value: node.value as number | string | boolean }
      }
      throw refuse(String(node.raw))
    case 'Identifier':
    case 'MemberExpression':
      return convertName(node, context)
    case 'UnaryExpression':
      if (!unaryOperators.includes(node.operator as UnaryOperator)) throw refuse(`the operator "${node.operator}"`)
      return {
        kind: 'unary',
        operator: node.operator as UnaryOperator,
        operand: convert(node.argument as Parsed, context),
      }
    case 'BinaryExpression': {
      if (!binaryOperators.includes(node.operator as string)) throw refuse(`the operator "${node.operator}"`)
      const left = convert(node.left as Parsed, context)
      return {
        kind: 'binary',
        operator: node.operator as BinaryOperator,
        left,
        right: convert(node.right as Parsed, context),
      }
    }
    case 'ConditionalExpression': {
      const test = convert(node.test as Parsed, context)
      const yes = convert(node.consequent as Parsed, context)
      return { kind: 'conditional', test, yes, no: convert(node.alternate as Parsed, context) }
    }
    case 'CallExpression':
      return convertCall(node, context)
    case 'Compound':
      if ((node.body as Parsed[]).length === 0)
        throw fault(context.text, 0, 'the expression is empty', 'write arithmetic over lets, params and axes')
      throw fault(
        context.text,
        startOf((node.body as Parsed[])[1]!),
        'an operator is missing',
        'write one of + - * / % ** there',
      )
    case 'SequenceExpression':
      throw refuse('a list with commas')
    case 'ArrayExpression':
      throw refuse('a list in brackets')
    default:
      throw refuse('this')
  }
}

function convertCall<N>(node: Parsed, context: Context<N>): Expression<N> {
  const callee = node.callee as Parsed
  const at = startOf(node)
  const name = callee.type === 'Identifier' ? (callee.name as string) : undefined
  if (name === undefined || !Object.hasOwn(functions, name)) {
    const similar = nearest(name ?? '', Object.keys(functions))
    const fix =
      similar === undefined ? `the functions are ${Object.keys(functions).join(', ')}` : `did you mean "${similar}"?`
    throw fault(
      context.text,
      at,
      name === undefined ? 'only a function can be called' : `there is no function "${name}"`,
      fix,
    )
  }
  const { least, most } = functions[name as FunctionName]
  const operands = node.arguments as Parsed[]
  if (operands.length < least || operands.length > most || node.optional === true) {
    throw fault(
      context.text,
      at,
      `"${name}" takes ${least === most ? least : `${least} to ${most}`} arguments, not ${operands.length}`,
      `give ${least === most ? least : `${least} to ${most}`}`,
    )
  }
  return { kind: 'call', name: name as FunctionName, operands: operands.map((operand) => convert(operand, context)) }
}

function convertName<N>(node: Parsed, context: Context<N>): Expression<N> {
  const at = startOf(node)
  const fields: string[] = []
  let inner = node
  for (; inner.type === 'MemberExpression'; inner = inner.object as Parsed) {
    const property = inner.property as Parsed
    if (inner.computed === true || inner.optional === true || property.type !== 'Identifier') {
      throw fault(context.text, at, 'only plain fields can be taken from a name', 'write name.field')
    }
    fields.unshift(property.name as string)
  }
  if (inner.type !== 'Identifier')
    throw fault(context.text, at, 'fields can be taken from names only', 'write name.field')
  const forbidden = [inner.name as string, ...fields].find((part) =>
    ['__proto__', 'constructor', 'prototype'].includes(part),
  )
  if (forbidden !== undefined)
    throw fault(context.text, at, `"${forbidden}" cannot stand in an expression`, 'use another name')
  const name = inner.name as string
  const resolved = context.resolve(name)
  if (resolved === undefined) {
    const similar = nearest(name, context.names)
    const fix = similar === undefined ? 'names are those of lets, params and axes' : `did you mean "${similar}"?`
    throw fault(context.text, at, `there is no let, param or axis "${name}"`, fix)
  }
  return { kind: 'name', name: resolved, text: [name, ...fields].join('.'), fields }
}

/** Operators have no token of their own: they start where their first operand starts. */
function startOf(node: Parsed): number {
  if (node.at !== undefined) return node.at
  const first = node.left ?? node.test ?? node.object ?? node.callee ?? (node.expressions as Parsed[] | undefined)?.[0]
  return first === undefined ? 0 : startOf(first as Parsed)
}

function fault(text: string, at: number, message: string, fix?: string): KintsugiError {
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text
  return new KintsugiError('E_EXPRESSION', {
    message: sentence(message),
    expected: 'arithmetic, comparisons, a ? b : c and min, max, floor and the like over lets, params and axes',
    found: `"${shown}", character ${at + 1}`,
    ...(fix && { fix: sentence(fix) }),
  })
}
