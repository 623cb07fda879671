import { createKintsugi, defineNode, definePlugin, type PortType, Type } from '@kintsugi/core'

/** Says what is wrong with a literal of a port type, as the core's own validator says it; `undefined` if it fits. */
export type LiteralValidator = (portType: string, literal: unknown) => string | undefined

/** Makes the validator of these port types; one without a literal form refuses everything. */
export async function literalValidator(types: readonly PortType[]): Promise<LiteralValidator> {
  const nodes = types.flatMap(({ literal }, i) =>
    literal === undefined
      ? []
      : [
          defineNode({
            name: `literals/of-type-${i}`,
            title: 'Literal',
            description: 'Holds a literal.',
            params: Type.Object({ literal }),
            outputs: { done: 'boolean' },
            run: () => ({ done: true }),
          }),
        ],
  )
  const plugin = definePlugin({ name: 'literals', version: '0.0.0', nodes })
  const registry = await createKintsugi({ cacheDir: false, plugins: [plugin] }).registryFor(
    nodes.map(({ name }) => name),
  )
  return (portType, literal) => {
    const node = registry.node(`literals/of-type-${types.findIndex(({ name }) => name === portType)}`)
    if (node === undefined) return 'this port type has no literal form'
    return node.validate({ literal })[0]?.message
  }
}
