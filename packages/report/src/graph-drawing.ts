import { Graphviz } from '@hpcc-js/wasm-graphviz'
import type { Graph } from '@kintsugi/core'

const shapes: Readonly<Record<string, string>> = {
  value: 'parallelogram',
  given: 'parallelogram',
  gate: 'diamond',
  choose: 'hexagon',
  select: 'hexagon',
  shuffle: 'hexagon',
  stack: 'folder',
}

/** The graph of a run as SVG that takes its colours from the page. */
export async function drawGraph(graph: Graph): Promise<string> {
  const graphviz = await Graphviz.load()
  const svg = graphviz.layout(dotOf(graph), 'svg', 'dot')
  return svg
    .slice(svg.indexOf('<svg'))
    .replace(/<title>[^<]*<\/title>\n?/g, '')
    .replace(/<svg width="([\d.]+)pt" height="[\d.]+pt"/, '<svg width="$1pt" aria-hidden="true" focusable="false"')
}

/** The graph in the language of Graphviz: nested pipelines as boxes, values that a draw may leave out as dashed lines. */
export function dotOf({ nodes, edges, outputs }: Graph): string {
  const lines = [
    'digraph {',
    '  rankdir=LR; bgcolor=transparent; nodesep=0.18; ranksep=0.35; color="currentColor"; fontcolor="currentColor"; fontname="Helvetica"; fontsize=11;',
    '  node [shape=box, style=rounded, color="currentColor", fontcolor="currentColor", fontname="Helvetica", fontsize=11, margin="0.16,0.07", height=0.3];',
    '  edge [color="currentColor", fontcolor="currentColor", fontname="Helvetica", fontsize=9, arrowsize=0.6];',
  ]
  const draw = (group: Graph['nodes'], prefix: string): void => {
    const inner = new Map<string, Graph['nodes'][number][]>()
    for (const node of group) {
      const rest = node.path.slice(prefix.length)
      const at = rest.indexOf('/')
      if (at >= 0) {
        inner.set(rest.slice(0, at), [...(inner.get(rest.slice(0, at)) ?? []), node])
        continue
      }
      const axes = [node.axes.join(' x '), node.over.length === 0 ? '' : `over ${node.over.join(', ')}`].filter(
        (t) => t !== '',
      )
      const label = [rest, node.use === rest ? '' : node.use, ...axes]
        .filter((text) => text !== '')
        .map(quoted)
        .join('\\n')
      lines.push(
        `  n${node.id} [label="${label}"${shapes[node.kind] === undefined ? '' : `, shape=${shapes[node.kind]}, style=solid`}];`,
      )
    }
    for (const [folder, members] of inner) {
      lines.push(`  subgraph "cluster_${quoted(prefix + folder)}" { label="${quoted(prefix + folder)}"; style=rounded;`)
      draw(members, `${prefix}${folder}/`)
      lines.push('  }')
    }
  }
  draw(nodes, '')
  for (const { from, to, certain, index, port } of edges) {
    const keys = Object.entries(index).map(([axis, key]) => `${axis}: ${key}`)
    const text = [...keys, ...(port === 'reference' || keys.length > 0 ? [port] : [])].join(', ')
    lines.push(`  n${from} -> n${to} [label="${quoted(text)}"${certain ? '' : ', style=dashed'}];`)
  }
  outputs.forEach(({ name, from }, i) => {
    lines.push(
      `  o${i} [label="${quoted(name)}", shape=box, style="rounded,bold"];`,
      `  n${from} -> o${i} [style=bold];`,
    )
  })
  return `${lines.join('\n')}\n}\n`
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}
