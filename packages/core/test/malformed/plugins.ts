import { type MalformedCase, pipeline } from './case.js'

const using = (specifier: string): string => pipeline`
  plugins: [‸'${specifier}']
  nodes: { a: { use: mine/a } }
  outputs: { a: a }
`
const plugin = (fields: string): string => `export default { name: 'mine', version: '1.0.0', contract: 1, ${fields} }\n`
const node = (fields = ''): string =>
  `{ name: 'mine/a', title: 'A', description: 'A.', outputs: { v: 'number' }, run: () => ({ v: 1 }), ${fields} }`
const installed = (name: string): Record<string, string> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version: '1.0.0',
    type: 'module',
    main: 'index.js',
    keywords: ['kintsugi-plugin'],
    kintsugi: { families: ['mine'] },
  }),
  [`node_modules/${name}/index.js`]: plugin(`nodes: [${node()}]`),
})

/** Plugins that cannot be had. */
export const pluginCases: readonly MalformedCase[] = [
  {
    name: 'a plugin that is not installed',
    text: using('kintsugi-plugin-astro'),
    code: 'E_PLUGIN',
    says: ['"kintsugi-plugin-astro"', 'not installed'],
    fix: 'npm install kintsugi-plugin-astro',
  },
  {
    name: 'a plugin file that is not there',
    text: using('./mine.js'),
    code: 'E_PLUGIN',
    says: ['"./mine.js"'],
    fix: 'Check the path',
  },
  {
    name: 'a plugin that throws when it is imported',
    text: using('./mine.mjs'),
    files: { 'mine.mjs': "throw new Error('no licence')\n" },
    code: 'E_PLUGIN',
    says: ['"./mine.mjs"', 'no licence'],
    fix: 'node',
  },
  {
    name: 'a plugin with a fault of syntax',
    text: using('./mine.mjs'),
    files: { 'mine.mjs': 'export default {\n' },
    code: 'E_PLUGIN',
    says: ['"./mine.mjs"'],
    fix: 'node',
  },
  {
    name: 'a plugin that imports what is not there',
    text: using('./mine.mjs'),
    files: { 'mine.mjs': "import './other.mjs'\n" },
    code: 'E_PLUGIN',
    says: ['"./mine.mjs"', 'other.mjs'],
    fix: 'node',
  },
  {
    name: 'a plugin without a default export',
    text: using('./mine.mjs'),
    files: { 'mine.mjs': 'export const a = 1\n' },
    code: 'E_PLUGIN',
    says: ['"./mine.mjs"', 'default export'],
    fix: 'default',
  },
  {
    name: 'a plugin of a newer contract',
    text: using('./mine.mjs'),
    files: { 'mine.mjs': plugin('').replace('contract: 1', 'contract: 9') },
    code: 'E_PLUGIN',
    says: ['"./mine.mjs"', '9', 'version 1'],
    fix: 'Update Kintsugi',
  },
  {
    name: 'a plugin with a node without a title',
    text: using('./mine.mjs'),
    files: { 'mine.mjs': plugin(`nodes: [${node().replace("title: 'A', ", '')}]`) },
    code: 'E_PLUGIN',
    says: ['"./mine.mjs"', 'title'],
    fix: 'manifest',
  },
  {
    name: 'a plugin with an unknown key',
    text: using('./mine.mjs'),
    files: { 'mine.mjs': plugin('noddes: []') },
    code: 'E_PLUGIN',
    says: ['noddes'],
    fix: 'nodes',
  },
  {
    name: 'a plugin whose parameter is also a port',
    text: using('./mine.mjs'),
    files: {
      'mine.mjs': plugin(
        `nodes: [${node("inputs: { v: 'number' }, params: { type: 'object', properties: { v: {} } }")}]`,
      ),
    },
    code: 'E_PLUGIN',
    says: ['"v"', 'mine/a'],
    fix: 'Rename',
  },
  {
    name: 'a family that two plugins provide',
    text: pipeline`
      nodes: { a: { use: ‸mine/a } }
      outputs: { a: a }
    `,
    files: { ...installed('one'), ...installed('two') },
    code: 'E_PLUGIN',
    says: ['"mine"', 'one', 'two'],
    fix: '"plugins"',
  },
  {
    name: 'a plugin package with a broken package.json',
    text: pipeline`
      nodes: { a: { use: ‸mine/a } }
      outputs: { a: a }
    `,
    files: { 'node_modules/broken/package.json': '{ "keywords": ["kintsugi-plugin"], ' },
    code: 'E_PLUGIN',
    says: ['broken', 'package.json'],
    fix: 'npm install',
  },
]
