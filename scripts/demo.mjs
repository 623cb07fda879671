// `npm run demo`: installs and builds where needed, runs examples/demo.yaml and says where the results are.
import { join, relative, resolve } from 'node:path'
import { prepare, root, runNode } from './prepare.mjs'

prepare()
const given = process.argv.slice(2)
const at = given.indexOf('--out')
const out = at < 0 ? join('runs', 'demo') : relative(root, resolve(root, given[at + 1] ?? ''))
const code = runNode([join('packages', 'cli', 'dist', 'main.js'), 'run', join('examples', 'demo.yaml'), ...given])
if (code !== 0) process.exit(code)

console.log(`\nPictures: ${out}
  damaged/     each photograph damaged three times: noise, loss of detail, or hardly at all
  routed/      restored by the branch that the classifier chose
  fixed/       restored by one denoiser, whatever the damage
  nothing/     left as they were damaged
Report:   ${join(out, 'report.html')}
Scores:   table.md, by-kind.md, told.md, scores.csv and scores.json
Lineage:  ${join(out, 'run.json')}, and inside every picture (kintsugi replay PICTURE makes it again)

Run it again: everything comes from the cache. The pipeline is examples/demo.yaml.`)
