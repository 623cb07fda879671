import { createKintsugi, graphOf } from '@kintsugi/core'
import { type PipelineOptions, planFile } from '../options/plan-file.js'
import { mermaidOf } from '../report/graph.js'

/** Prints the graph of a pipeline file. */
export async function graph(file: string, options: PipelineOptions & { format: 'mermaid' | 'json' }): Promise<void> {
  const { plan } = await planFile(createKintsugi(), file, options, { unfilled: true })
  const drawn = graphOf(plan)
  process.stdout.write(options.format === 'json' ? `${JSON.stringify(drawn, undefined, 2)}\n` : mermaidOf(drawn))
}
