import { propertiesOf } from '../cases/cases.js'
import { printOf } from '../subject.js'
import type { Check } from './check.js'

/** Every parameter is read in some case; parameters whose values never made a difference are told of. */
export const checkParameters: Check = (subject, report) => {
  const { registered, cases, here } = subject
  const read = new Set(cases.flatMap(({ id }) => [...(here.get(id)?.read ?? [])]))
  const idle: string[] = []
  for (const [name, schema] of Object.entries(propertiesOf(registered))) {
    const inner = Object.keys((schema as { properties?: object }).properties ?? {}).map((key) => `${name}.${key}`)
    const unread = [name, ...inner].filter((path) => !read.has(path))
    if (unread.length > 0) {
      const given = cases.some(({ params }) => registered.complete({ ...params })[name] !== undefined)
      report.finding(
        'parameters',
        'all cases',
        `${unread.join(', ')} read by \`run\``,
        given
          ? 'never read; if it needs another parameter beside it, an example should give both'
          : `no case gives "${name}"; an example should`,
      )
      continue
    }
    const varied = cases.filter(({ varies }) => varies?.parameter === name)
    const matters = varied.some(
      ({ id, varies }) => printOf(subject, here.get(id)) !== printOf(subject, here.get(varies?.base ?? '')),
    )
    if (!matters && varied.length > 0) idle.push(name)
    if (varied.length === 0) report.uncovered('parameters', `no value tried besides those of the examples (${name})`)
  }
  if (idle.length > 0)
    report.uncovered('parameters', `read, but no difference seen on small images (${idle.join(', ')})`)
}
