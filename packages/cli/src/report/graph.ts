import type { Graph, PlanNode } from '@kintsugi/core'

const shapes: Partial<Record<PlanNode['kind'], readonly [string, string]>> = {
  gate: ['{', '}'],
  choose: ['{{', '}}'],
  select: ['{{', '}}'],
  shuffle: ['{{', '}}'],
  stack: ['[[', ']]'],
  value: ['[/', '/]'],
  given: ['[/', '/]'],
}

/** The graph as a Mermaid flowchart: nested pipelines as boxes, values that a draw or a selection may leave out as dotted lines. */
export function mermaidOf({ nodes, edges, outputs }: Graph): string {
  const lines = ['flowchart LR']
  const draw = (group: typeof nodes, prefix: string, indent: string): void => {
    const inner = new Map<string, (typeof nodes)[number][]>()
    for (const node of group) {
      const rest = node.path.slice(prefix.length)
      const at = rest.indexOf('/')
      if (at < 0) {
        const axes = [node.axes.join(' x '), node.over.length === 0 ? '' : `over ${node.over.join(', ')}`].filter(
          (part) => part !== '',
        )
        const [open, close] = shapes[node.kind] ?? ['[', ']']
        lines.push(`${indent}n${node.id}${open}"${label([rest, node.use, ...axes])}"${close}`)
        continue
      }
      const folder = rest.slice(0, at)
      inner.set(folder, [...(inner.get(folder) ?? []), node])
    }
    for (const [folder, members] of inner) {
      lines.push(`${indent}subgraph "${escaped(prefix + folder)}"`)
      draw(members, `${prefix}${folder}/`, `${indent}  `)
      lines.push(`${indent}end`)
    }
  }
  draw(nodes, '', '  ')
  for (const { from, to, port, output, index, certain } of edges) {
    const keys = Object.entries(index).map(([axis, key]) => `[${axis}: ${key}]`)
    const text = escaped(`${output}${keys.join('')}${output === port ? '' : ` to ${port}`}`)
    lines.push(`  n${from} ${certain ? '-->' : '-.->'}|"${text}"| n${to}`)
  }
  outputs.forEach(({ name, from, save }, i) => {
    lines.push(`  o${i}(["${label([name, ...(save === null ? [] : [save])])}"])`, `  n${from} ==> o${i}`)
  })
  return `${lines.join('\n')}\n`
}

function label(parts: readonly string[]): string {
  return parts.map(escaped).join('<br/>')
}

function escaped(text: string): string {
  return text.replace(/[&"<>#]/g, (c) => `#${c.charCodeAt(0)};`)
}
