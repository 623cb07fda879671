import { MARK, type MalformedCase, pipeline, text } from './case.js'

const levels = (count: number): string => Array.from({ length: count }, (_, i) => `${' '.repeat(i)}a:`).join('\n')

/** Texts that are no YAML, no JSON, or no plain data. */
export const syntaxCases: readonly MalformedCase[] = [
  {
    name: 'a tab as indentation',
    text: pipeline`
      nodes:
      ‸\ta: { use: core/value }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['tab'],
    fix: 'spaces',
  },
  {
    name: 'a bracket that is not closed',
    text: pipeline`
      nodes:
        a: { use: core/value, with: { value: 1 }
      ‸outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['"}"'],
    fix: 'Add "}"',
  },
  {
    name: 'a key that stands twice',
    text: pipeline`
      nodes:
        a: { use: core/value, with: { value: 1 } }
        ‸a: { use: core/value, with: { value: 2 } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['"a"', 'twice'],
    fix: 'rename or remove one "a"',
  },
  {
    name: 'aliases that multiply',
    text: `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from(
      { length: 9 },
      (_, i) =>
        `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, (_, j) => `${i === 3 && j === 7 ? MARK : ''}*a${i}`).join(', ')}]`,
    ).join('\n')}\n`,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['aliases', '100,000'],
    fix: 'fewer',
  },
  {
    name: 'an alias without an anchor',
    text: pipeline`
      nodes:
        a: { use: core/value, with: ‸*defaults }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['defaults'],
    fix: '&defaults',
  },
  {
    name: 'an alias inside its own anchor',
    text: pipeline`
      nodes: &all
        a: { use: core/value, with: ‸*all }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['*all', 'inside its own anchor'],
    fix: 'Write out',
  },
  {
    name: 'two documents in one file',
    text: pipeline`
      nodes: { a: { use: core/value, with: { value: 1 } } }
      outputs: { a: a }
      ‸---
      kintsugi: 1
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['more than one document'],
    fix: '---',
  },
  {
    name: 'a tag',
    text: pipeline`
      nodes: { a: { use: core/value, with: { value: ‸!!python/object:os.system 1 } } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['Tags', 'python/object'],
    fix: 'remove the tag',
  },
  {
    name: 'indentation that does not fit',
    text: pipeline`
      nodes:
          a: { use: core/value, with: { value: 1 } }
        ‸b: { use: core/value, with: { value: 1 } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['indentation'],
    fix: 'same number of spaces',
  },
  {
    name: 'a number that is not finite',
    text: pipeline`
      nodes: { a: { use: core/value, with: { value: ‸.inf } } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['finite', '.inf'],
    fix: 'Give a finite number',
  },
  { name: 'an empty file', text: '‸', code: 'E_DOCUMENT_SYNTAX', says: ['empty'], fix: '"kintsugi: 1"' },
  {
    name: 'a list instead of a pipeline',
    text: '‸- a\n- b\n',
    code: 'E_DOCUMENT_SYNTAX',
    says: ['a list'],
    fix: '"kintsugi: 1"',
  },
  {
    name: 'a picture instead of a pipeline',
    text: 'PNG‸\0\0',
    code: 'E_DOCUMENT_SYNTAX',
    says: ['not a text file'],
    fix: 'YAML or JSON',
  },
  {
    name: 'YAML nested 5,000 deep',
    text: `${levels(190)} ${'['.repeat(13)}‸${'['.repeat(5000)}`,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['nested too deeply', '200'],
    fix: 'fewer levels',
  },
  {
    name: 'the key __proto__',
    text: pipeline`
      nodes: { a: { use: core/value, with: { ‸__proto__: { value: 1 } } } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['"__proto__"'],
    fix: 'another name',
  },
  {
    name: 'JSON with a trailing comma',
    file: 'pipeline.json',
    text: '{\n  "kintsugi": 1,\n  "nodes": {},\n  "outputs": { "a": "a", ‸}\n}\n',
    code: 'E_DOCUMENT_SYNTAX',
    says: ['"}"', 'a key in double quotes'],
    fix: 'comma before it',
  },
  {
    name: 'JSON with a key twice',
    file: 'pipeline.json',
    text: '{\n  "kintsugi": 1,\n  "nodes": {},\n  ‸"nodes": {},\n  "outputs": { "a": "a" }\n}\n',
    code: 'E_DOCUMENT_SYNTAX',
    says: ['"nodes"', 'twice'],
    fix: 'rename or remove',
  },
  {
    name: 'JSON that is cut short',
    file: 'pipeline.json',
    text: '{\n  "kintsugi": 1,\n  "nodes": {‸',
    code: 'E_DOCUMENT_SYNTAX',
    says: ['ends too early', 'the end of the text'],
    fix: 'complete',
  },
  {
    name: 'a comment in JSON',
    file: 'pipeline.json',
    text: '{\n  ‸// the main job\n  "kintsugi": 1\n}\n',
    code: 'E_DOCUMENT_SYNTAX',
    says: ['a key in double quotes'],
    fix: 'no comments',
  },
  {
    name: 'JSON nested 100,000 deep',
    file: 'pipeline.json',
    text: `${'['.repeat(201)}‸${'['.repeat(100_000)}`,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['nested too deeply'],
    fix: 'fewer levels',
  },
  {
    name: 'YAML in a JSON file',
    file: 'pipeline.json',
    text: text`
      ‸kintsugi: 1
      nodes: {}
    `,
    code: 'E_DOCUMENT_SYNTAX',
    says: ['a value', '"k"'],
    fix: '.yaml',
  },
]
