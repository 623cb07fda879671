import { createKintsugi, type LoadedPlugin } from '@kintsugi/core'
import { colorsFor } from '../report/colors.js'
import { formatError } from '../report/print-error.js'
import { formatTable } from '../report/table.js'

/** Lists the plugins that are found, and those that fail. */
export async function plugins({ json }: { json?: boolean | undefined }): Promise<void> {
  const { registry, failed } = await createKintsugi().discover()
  const found = registry.plugins.map(pluginFacts)
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ plugins: found, failed }, undefined, 2)}\n`)
    return
  }
  const rows = found.map(({ name, version, families, provides, from }) => [
    name,
    version,
    families.join(', '),
    provides,
    from,
  ])
  process.stdout.write(`${formatTable(['plugin', 'version', 'families', 'provides', 'from'], rows, '')}\n`)
  if (failed.length === 0) return
  process.stdout.write(`\n${colorsFor(process.stdout).red(`${failed.length} cannot be loaded`)}\n`)
  process.stderr.write(`${failed.map((error) => formatError(error.toJSON())).join('\n\n')}\n`)
}

function pluginFacts({ plugin, from }: LoadedPlugin) {
  const { name, version, nodes = [], pipelines = {}, models = {}, modelReaders = [], portTypes = [] } = plugin
  const names = [...nodes.map((node) => node.name), ...Object.keys(pipelines)]
  const counts: [number, string][] = [
    [nodes.length, 'node types'],
    [Object.keys(pipelines).length, 'pipelines'],
    [Object.keys(models).length, 'models'],
    [modelReaders.length, 'model readers'],
    [portTypes.length, 'port types'],
  ]
  return {
    name,
    version,
    families: [...new Set(names.map((node) => node.split('/')[0] ?? node))].sort(),
    provides: counts
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${count} ${count === 1 ? what.replace(/s$/, '') : what}`)
      .join(', '),
    from,
  }
}
