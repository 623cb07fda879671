import { nearest } from '../document/suggest.js'
import type { DocumentPath, UseNode } from '../document/types.js'
import type { InputPort } from '../plugin/node.js'
import { article } from './builder.js'
import { checkValue, compile } from './forms.js'
import { literalSource } from './literal-source.js'
import type { NodeSite } from './nodes.js'
import { literalForm } from './params.js'
import type { InputBinding, Source } from './plan.js'

/** A node's ports filled from `in`, `with` and the step before; what is left of `with` are parameters. */
export interface BoundPorts {
  inputs: Record<string, InputBinding>
  params: Record<string, unknown>
}

/** Fills the input ports of a node. Throws `E_PORT` for unknown ports, ports filled twice, wrong types and missing inputs. */
export function bindPorts(site: NodeSite, node: UseNode, ports: ReadonlyMap<string, InputPort>): BoundPorts {
  const { scope, name } = site
  const connections = connectionsOf(site, node, ports)
  const params: Record<string, unknown> = {}
  const literals = new Map<string, unknown>()
  for (const [key, value] of Object.entries(node.with ?? {})) {
    if (ports.has(key)) literals.set(key, value)
    else params[key] = value
  }
  const inputs: Record<string, InputBinding> = {}
  for (const [port, declared] of ports) {
    const connection = connections.get(port)
    const literalPath = [...site.path, 'with', port]
    if (connection !== undefined && literals.has(port)) {
      throw scope.fault(
        'E_PORT',
        literalPath,
        {
          message: `Port "${port}" of "${name}" is filled in "in" and in "with".`,
          expected: 'one of them',
          fix: 'Remove one.',
        },
        'key',
      )
    }
    if (connection !== undefined) inputs[port] = connect(site, port, declared, connection)
    else if (literals.has(port)) inputs[port] = literalBinding(site, port, declared, literals.get(port), literalPath)
    else if (declared.default !== undefined)
      inputs[port] = { kind: 'form', form: literalForm(declared.default), type: declared.type }
    else if (declared.optional !== true) {
      throw scope.fault(
        'E_PORT',
        site.path,
        {
          message: `Input "${port}" of "${name}" is not connected.`,
          expected: article(declared.type),
          fix: ports.size === 1 ? 'Add "in: <node>".' : `Add "in: { ${port}: <node> }".`,
        },
        'key',
      )
    }
  }
  return { inputs, params }
}

interface Connection {
  value: string | Record<string, string> | string[] | Source
  path: DocumentPath
}

function connectionsOf(site: NodeSite, node: UseNode, ports: ReadonlyMap<string, InputPort>): Map<string, Connection> {
  const { scope, name } = site
  const connections = new Map<string, Connection>()
  const path = [...site.path, 'in']
  const [first] = ports.keys()
  if (site.flowing !== undefined && first !== undefined) connections.set(first, { value: site.flowing, path })
  if (node.in === undefined) return connections
  if (typeof node.in === 'string') {
    if (first === undefined || connections.has(first)) {
      throw scope.fault('E_PORT', path, {
        message:
          first === undefined
            ? `"${name}" (${node.use}) has no inputs.`
            : `The first input of step "${name}" is the step before it.`,
        expected: first === undefined ? 'no "in"' : 'references for the other ports',
        fix: first === undefined ? 'Remove "in".' : 'Remove "in", or name the other ports: "in: { port: node }".',
      })
    }
    connections.set(first, { value: node.in, path })
    return connections
  }
  for (const [port, value] of Object.entries(node.in)) {
    if (!ports.has(port)) {
      const guess = nearest(port, ports.keys())
      throw scope.fault(
        'E_PORT',
        [...path, port],
        {
          message: `"${name}" (${node.use}) has no input "${port}".`,
          expected: ports.size === 0 ? 'no inputs' : `one of ${[...ports.keys()].join(', ')}`,
          found: port,
          fix: guess === undefined ? 'Remove it.' : `Write "${guess}".`,
        },
        'key',
      )
    }
    if (connections.has(port)) {
      throw scope.fault(
        'E_PORT',
        [...path, port],
        {
          message: `The first input of step "${name}" is the step before it.`,
          expected: 'references for the other ports',
          fix: 'Remove it from "in".',
        },
        'key',
      )
    }
    connections.set(port, { value, path: [...path, port] })
  }
  return connections
}

function connect(site: NodeSite, port: string, declared: InputPort, { value, path }: Connection): InputBinding {
  const { builder, scope, name } = site
  const check = (source: Source, at: DocumentPath): Source => {
    builder.checkType(source, declared.type, (noun) => `Input "${port}" of "${name}" takes ${noun}`, scope, at)
    return source
  }
  if (typeof value === 'object' && 'node' in value && 'axes' in value)
    return { kind: 'source', source: check(value as Source, site.path) }
  if (declared.many === true) {
    const named: Record<string, string> =
      typeof value === 'string'
        ? { [value]: value }
        : Array.isArray(value)
          ? Object.fromEntries(value.map((text) => [text, text]))
          : value
    const many = Array.isArray(value)
    const entries = Object.entries(named).map(([key, text], i) => {
      const at = typeof value === 'string' ? path : [...path, many ? i : key]
      return [key, check(scope.reference(text, at), at)] as const
    })
    return { kind: 'many', entries: Object.fromEntries(entries) }
  }
  if (typeof value !== 'string') {
    throw scope.fault('E_PORT', path, {
      message: `Input "${port}" of "${name}" takes one reference.`,
      expected: 'text such as "node" or "node.port"',
      found: JSON.stringify(value),
      fix: 'Keep one of them, or join them with "stack".',
    })
  }
  return { kind: 'source', source: check(scope.reference(value, path), path) }
}

function literalBinding(
  site: NodeSite,
  port: string,
  declared: InputPort,
  value: unknown,
  path: DocumentPath,
): InputBinding {
  const { builder, scope, name } = site
  const type = builder.registry.portType(declared.type)
  if (type?.literal === undefined) {
    throw scope.fault('E_PORT', path, {
      message: `Input "${port}" of "${name}" takes ${article(declared.type)}, which cannot be written as a literal.`,
      expected: 'a connection',
      fix: `Write "in: { ${port}: <node> }".`,
    })
  }
  if (declared.many !== true) {
    const form = compile(scope, value, path, `with.${port}`)
    builder.raise(checkValue(scope, form, type.literal, path))
    return { kind: 'form', form, type: declared.type }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw scope.fault('E_PORT', path, {
      message: `Input "${port}" of "${name}" takes any number of values, each under a name.`,
      expected: 'a map from name to value',
      found: JSON.stringify(value),
      fix: `Write "with: { ${port}: { a: ..., b: ... } }".`,
    })
  }
  const entries = Object.entries(value).map(([key, one]): [string, Source] => {
    return [key, literalSource(site, `${name}/${key}`, one, declared.type, [...path, key], `with.${port}.${key}`)]
  })
  return { kind: 'many', entries: Object.fromEntries(entries) }
}
