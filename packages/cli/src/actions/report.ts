import { writeReport } from '@kintsugi/report'

/** Writes the report of a run folder again. */
export async function report(folder: string, { json }: { json?: boolean | undefined }): Promise<void> {
  const written = await writeReport(folder)
  process.stdout.write(
    json === true
      ? `${JSON.stringify(written)}\n`
      : `${written.path}: ${(written.bytes / 1e6).toFixed(1)} MB, ${written.pictures} pictures\n`,
  )
}
