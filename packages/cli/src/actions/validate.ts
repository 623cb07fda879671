import { createKintsugi } from '@kintsugi/core'
import { exitCodes } from '../exit-codes.js'
import { type PipelineOptions, planFile } from '../options/plan-file.js'
import { faultsOf } from '../report/fault-kind.js'
import { printErrors } from '../report/print-error.js'

/** Checks a pipeline file and prints its faults, or what it amounts to. */
export async function validate(file: string, options: PipelineOptions & { json?: boolean | undefined }): Promise<void> {
  const json = options.json === true
  try {
    const { plan } = await planFile(createKintsugi(), file, options, { unfilled: true })
    const tasks = plan.nodes.filter(({ kind }) => kind === 'task').length
    const facts = {
      nodes: tasks,
      axes: plan.axes.map(({ name }) => name),
      outputs: plan.outputs.map(({ name }) => name),
    }
    if (json) process.stdout.write(`${JSON.stringify({ valid: true, errors: [], ...facts }, undefined, 2)}\n`)
    else
      process.stdout.write(
        `${file} is valid: ${tasks} nodes, axes ${facts.axes.join(', ') || 'none'}, outputs ${facts.outputs.join(', ') || 'none'}\n`,
      )
  } catch (error) {
    if (json) process.stdout.write(`${JSON.stringify({ valid: false, errors: faultsOf(error) }, undefined, 2)}\n`)
    else printErrors(error)
    process.exitCode = exitCodes.invalid
  }
}
