import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { fileFault, KintsugiError } from '../errors/index.js'
import { checkDocument } from './check.js'
import { readSource, type SourceDocument, sourceOfObject } from './source.js'
import type { PipelineDocument } from './types.js'

/** A pipeline document that has been read and has the form of one. */
export interface LoadedDocument {
  /** What messages call it. */
  name: string
  /** Absolute path, if it came from a file. */
  path: string | undefined
  /** Absolute folder that its relative paths start from. */
  folder: string
  document: PipelineDocument
  source: SourceDocument
}

/** Whether `use` names a pipeline file rather than a node type. */
export function isPipelinePath(use: string): boolean {
  return /^(\.{1,2}[/\\]|[/\\]|[A-Za-z]:[/\\])/.test(use) || /\.(ya?ml|json)$/i.test(use)
}

/** Reads one pipeline file. `shown` is how messages name it. Throws `E_FILE`, or reports its faults. */
export async function readDocumentFile(
  path: string,
  shown: string,
  report: (faults: readonly KintsugiError[]) => void,
  edit?: (document: unknown) => void,
): Promise<LoadedDocument | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new KintsugiError('E_FILE', {
      message: `The pipeline file "${shown}" cannot be read.`,
      expected: 'a readable YAML or JSON file',
      found: fileFault(error),
      fix: 'Check the path.',
      cause: error,
    })
  }
  return checked(readSource(text, shown), basename(path).replace(/\.[^.]*$/, ''), path, dirname(path), report, edit)
}

/** Takes a pipeline document made by a program. `folder` is where its relative paths start from. */
export function takeDocument(
  document: PipelineDocument,
  folder: string,
  report: (faults: readonly KintsugiError[]) => void,
  edit?: (document: unknown) => void,
): LoadedDocument | undefined {
  return checked(
    sourceOfObject(edit === undefined ? document : structuredClone(document)),
    document.name ?? 'pipeline',
    undefined,
    resolve(folder),
    report,
    edit,
  )
}

function checked(
  source: SourceDocument,
  name: string,
  path: string | undefined,
  folder: string,
  report: (faults: readonly KintsugiError[]) => void,
  edit: ((document: unknown) => void) | undefined,
): LoadedDocument | undefined {
  edit?.(source.value)
  const faults = checkDocument(source)
  if (faults.length > 0) {
    report(faults)
    return undefined
  }
  return { name, path, folder, document: source.value as PipelineDocument, source }
}
