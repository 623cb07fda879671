/** Versions of sharp and of the libraries inside it, such as `vips` and `webp`. Loads it; throws what that throws. */
export async function imageLibraryVersions(): Promise<Readonly<Record<string, string>>> {
  const { default: sharp } = await import('sharp')
  return Object.fromEntries(
    Object.entries(sharp.versions).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
