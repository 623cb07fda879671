import type { DocumentPath, NodeDeclaration, PipelineDocument } from './types.js'

/** Every `use` of a document, those of steps included, with its path. */
export function usesOf(document: PipelineDocument): { use: string; path: DocumentPath }[] {
  const uses: { use: string; path: DocumentPath }[] = []
  const visit = (node: NodeDeclaration, path: DocumentPath): void => {
    if ('use' in node) uses.push({ use: node.use, path: [...path, 'use'] })
    else if ('choose' in node) {
      for (const [option, { steps }] of Object.entries(node.choose)) {
        steps?.forEach((step, i) => visit(step, [...path, 'choose', option, 'steps', i]))
      }
    } else if ('shuffle' in node) {
      for (const [name, step] of Object.entries(node.shuffle.steps)) visit(step, [...path, 'shuffle', 'steps', name])
    }
  }
  for (const [name, node] of Object.entries(document.nodes)) visit(node, ['nodes', name])
  return uses
}
