import type { DocumentPath, NodeModifiers } from '../document/types.js'
import type { Axis } from './axes.js'
import type { NodeSite } from './nodes.js'
import type { Draw } from './plan.js'

/** The random identity of a node: its stream's name, and which outer axes must stay out of its keys. */
export interface Randomness {
  stream: string
  drawsWithout: ReadonlySet<Axis>
  pixelsWithout: ReadonlySet<Axis>
}

/** Reads a node's `random` declaration against the axes it has. Throws `E_AXIS` for axes that it does not have. */
export function randomnessOf(site: NodeSite, node: NodeModifiers, axes: readonly Axis[]): Randomness {
  const { scope, name, path } = site
  const { stream, drawsWithout, pixelsWithout } = scope.inherited
  const without = (
    inherited: ReadonlySet<Axis>,
    by: readonly string[] | undefined,
    byPath: DocumentPath,
  ): ReadonlySet<Axis> => {
    if (by === undefined) return inherited
    const kept = by.map((axisName, i) => {
      const axis = scope.axis(axisName, [...byPath, i])
      if (!axes.includes(axis)) {
        throw scope.fault('E_AXIS', [...byPath, i], {
          message: `"${name}" does not vary along axis "${axisName}", so its draws cannot be keyed by it.`,
          expected:
            axes.length === 0 ? 'an axis of the node; it has none' : `one of ${axes.map((a) => a.name).join(', ')}`,
          found: axisName,
          fix: `Add "along: [${axisName}]" to the node.`,
        })
      }
      return axis
    })
    return new Set([...inherited, ...axes.filter((axis) => !kept.includes(axis))])
  }
  return {
    stream: stream + (node.random?.stream ?? site.stream),
    drawsWithout: without(drawsWithout, node.random?.by, [...path, 'random', 'by']),
    pixelsWithout: without(pixelsWithout, node.random?.pixels?.by, [...path, 'random', 'pixels', 'by']),
  }
}

/** What keys the parameter draws of a node. */
export function drawOf(randomness: Randomness, axes: readonly Axis[]): Draw {
  return { stream: randomness.stream, axes: axes.filter((axis) => !randomness.drawsWithout.has(axis)) }
}

/** What keys the stream that a node's `run` receives. */
export function pixelDrawOf(randomness: Randomness, axes: readonly Axis[]): Draw {
  return { stream: randomness.stream, axes: axes.filter((axis) => !randomness.pixelsWithout.has(axis)) }
}
