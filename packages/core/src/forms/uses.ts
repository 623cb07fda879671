import type { Expression } from './expression.js'
import { type ExpressionName, type Form, insideOf } from './form.js'

/** What a form depends on, each once. */
export interface FormUses<A, L, S> {
  axes: A[]
  /** Lets and parameters. */
  lets: L[]
  sources: S[]
  /** Whether evaluating it takes random numbers. */
  draws: boolean
}

/** Every axis, let, parameter and referenced value inside a form, also in branches that may not be chosen. */
export function formUses<A, L, S>(form: Form<A, L, S>): FormUses<A, L, S> {
  const axes = new Set<A>()
  const lets = new Set<L>()
  const sources = new Set<S>()
  let draws = false
  const visit = (inside: Form<A, L, S>): void => {
    if (inside.kind === 'axis') axes.add(inside.axis)
    else if (inside.kind === 'bound') lets.add(inside.binding)
    else if (inside.kind === 'from') sources.add(inside.source)
    else if (inside.kind === 'expr') {
      for (const name of expressionNames(inside.expression)) {
        if (name.kind === 'axis') axes.add(name.axis)
        else lets.add(name.binding)
      }
    } else if (inside.kind !== 'literal' && inside.kind !== 'list' && inside.kind !== 'record') draws = true
    for (const one of insideOf(inside)) visit(one)
  }
  visit(form)
  return { axes: [...axes], lets: [...lets], sources: [...sources], draws }
}

/** Every name in an expression, as often as it stands there. */
export function expressionNames<A, L>(expression: Expression<ExpressionName<A, L>>): ExpressionName<A, L>[] {
  switch (expression.kind) {
    case 'constant':
      return []
    case 'name':
      return [expression.name]
    case 'unary':
      return expressionNames(expression.operand)
    case 'binary':
      return [expression.left, expression.right].flatMap(expressionNames)
    case 'conditional':
      return [expression.test, expression.yes, expression.no].flatMap(expressionNames)
    case 'call':
      return expression.operands.flatMap(expressionNames)
  }
}
