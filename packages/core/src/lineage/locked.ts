import { KintsugiError } from '../errors/index.js'
import type { Plan } from '../plan/plan.js'
import { libraryVersions, type VersionDifference, versionDifferences } from './versions.js'

/**
 * Demands the versions of an earlier run: those of Kintsugi, of each plugin that the plan uses and of the native libraries. `run` is the
 * parsed `run.json`, `shown` its name in messages. Throws `E_LOCKED` with every difference, and for what is no `run.json`.
 */
export function checkLocked(plan: Pick<Plan, 'plugins'>, run: unknown, shown: string): void {
  const locked = typeof run === 'object' && run !== null ? (run as { libraries?: unknown }).libraries : undefined
  if (typeof locked !== 'object' || locked === null) {
    throw new KintsugiError('E_LOCKED', {
      message: `"${shown}" holds no versions.`,
      expected: 'the run.json of a run',
      fix: 'Give the run.json that the earlier run wrote into its output folder.',
    })
  }
  const differences = versionDifferences(locked as Record<string, string>, libraryVersions(plan))
  if (differences.length === 0) return
  throw new KintsugiError('E_LOCKED', {
    message: `The versions here are not those of "${shown}".`,
    expected: listed(differences, ({ then }) => then),
    found: listed(differences, ({ now }) => now),
    fix: 'Install the versions of the earlier run, or run without --locked.',
  })
}

function listed(
  differences: readonly VersionDifference[],
  version: (difference: VersionDifference) => string | undefined,
): string {
  return differences.map((difference) => `${difference.name} ${version(difference) ?? '(not used)'}`).join(', ')
}
