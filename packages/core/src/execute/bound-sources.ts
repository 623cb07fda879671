import { formUses } from '../forms/index.js'
import type { InputBinding, PlanForm, Source } from '../plan/plan.js'

/** Sources that fill a port. */
export function sourcesOf(binding: InputBinding): readonly Source[] {
  if (binding.kind === 'source') return [binding.source]
  return binding.kind === 'many' ? Object.values(binding.entries) : sourcesIn(binding.form)
}

/** Sources that a form reads with `$from`. */
export function sourcesIn(form: PlanForm): readonly Source[] {
  return form.kind === 'literal' ? [] : formUses(form).sources
}
