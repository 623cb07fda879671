import { propertiesOf } from '../cases/cases.js'
import { parameterValues } from '../cases/parameter-values.js'
import type { Check } from './check.js'

const UNKNOWN = 'no-such-parameter'

/** The schema compiles in strict mode, describes everything, has valid defaults, and unknown parameters are refused. */
export const checkSchema: Check = ({ bench, registered, options, cases }, report) => {
  try {
    registered.validate({})
  } catch (error) {
    report.finding(
      'schema',
      'params',
      'a JSON Schema that ajv compiles in strict mode',
      error instanceof Error ? error.message : String(error),
    )
    return
  }
  const examples = [...(registered.definition.examples ?? []), ...(options.examples ?? [])]
  const valid = [{}, ...examples.map((example) => example.with ?? {})].find(
    (params) => registered.validate(params).length === 0,
  )
  const faultsOf = (name: string, value: unknown) =>
    registered.validate({ ...valid, [name]: value }).filter(({ path }) => path[0] === name)
  if (faultsOf(UNKNOWN, 1).length === 0) {
    report.finding('schema', `with ${UNKNOWN}: 1`, 'a fault: no parameter has this name', 'it is accepted')
  }
  const unitless: string[] = []
  for (const [name, schema] of Object.entries(propertiesOf(registered))) {
    describeAll(name, schema, (path) => report.finding('schema', `parameter ${path}`, 'a description', 'none'))
    if (schema['default'] !== undefined) {
      const [fault] = faultsOf(name, schema['default'])
      if (fault !== undefined)
        report.finding(
          'schema',
          `parameter ${name}`,
          `a valid default: ${fault.expected ?? fault.message}`,
          JSON.stringify(schema['default']),
        )
    }
    if ((schema['type'] === 'number' || schema['type'] === 'integer') && schema['x-unit'] === undefined)
      unitless.push(name)
    const tried = cases.filter(({ params }) => params[name] !== undefined).length
    if (tried === 0 && parameterValues(schema).length === 0)
      report.uncovered('parameters', `no example gives "${name}"`)
  }
  if (unitless.length > 0)
    report.uncovered('schema', `numbers without "x-unit", taken as dimensionless (${unitless.join(', ')})`)
  for (const [name, port] of registered.inputs) {
    if (port.default === undefined) continue
    const fault = bench.literalFault(port.type, port.default)
    if (fault !== undefined)
      report.finding(
        'schema',
        `input "${name}"`,
        `a default that is a literal of type ${port.type}`,
        `${JSON.stringify(port.default)}: ${fault}`,
      )
  }
  const silent = [...registered.inputs, ...registered.outputs]
    .filter(([, port]) => port.description === undefined)
    .map(([name]) => name)
  if (silent.length > 0) report.uncovered('schema', `ports without description (${silent.join(', ')})`)
}

function describeAll(path: string, schema: Record<string, unknown>, missing: (path: string) => void): void {
  const { properties } = schema as { properties?: Record<string, Record<string, unknown>> }
  if (typeof schema['description'] !== 'string' || schema['description'] === '') missing(path)
  // Sides of a size need no sentence each: the object that holds them has one.
  for (const [name, inner] of Object.entries(properties ?? {}))
    if (inner['properties'] !== undefined) describeAll(`${path}.${name}`, inner, missing)
}
