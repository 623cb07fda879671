import { openImageFile } from './source.js'

/** Namespace of the property that holds an image's lineage. */
export const LINEAGE_NAMESPACE = 'https://kintsugi.dev/ns/lineage/1/'

/** The most bytes of an XMP packet that every format can embed: a JPEG segment holds 65,535 with its headers. */
export const MAX_EMBEDDED_LINEAGE = 60_000

/**
 * An XMP packet (ISO 16684-1) with one property, `kintsugi:lineage`, whose text is `json`. The text comes back exactly as it was; only
 * characters that XML cannot hold at all (control characters, lone surrogates, U+FFFE, U+FFFF) come back as JSON's `\uXXXX` escapes,
 * which mean the same inside JSON strings.
 */
export function lineageToXmp(json: string): string {
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" xmlns:kintsugi="${LINEAGE_NAMESPACE}"><kintsugi:lineage>${escapeXml(json)}</kintsugi:lineage>` +
    '</rdf:Description></rdf:RDF></x:xmpmeta>'
  )
}

/** The lineage text in an XMP packet, as an element or (as some programs rewrite it) an attribute, under any prefix. */
export function lineageOfXmp(xmp: string): string | undefined {
  const declared = new RegExp(`xmlns:([\\w.-]+)\\s*=\\s*["']${LINEAGE_NAMESPACE.replaceAll('.', '\\.')}["']`).exec(xmp)
  if (declared === null) return undefined
  const name = `${declared[1]!.replaceAll('.', '\\.')}:lineage`
  const found = new RegExp(`<${name}[^>]*>([^<]*)</${name}\\s*>|\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(xmp)
  if (found === null) return undefined
  return unescapeXml(found[1] ?? found[2] ?? found[3]!)
}

/** The lineage text that a saved image (its bytes, or the path of its file) carries, if any. Throws `E_FILE` and `E_IMAGE_FORMAT`. */
export async function readLineage(source: Uint8Array | string): Promise<string | undefined> {
  const { header } = await openImageFile(source)
  return header.xmp === undefined ? undefined : lineageOfXmp(header.xmp.toString('utf8'))
}

function escapeXml(text: string): string {
  return (
    text
      .replace(
        /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
      // White space other than spaces is normalised by XML readers unless it is a reference; `>` may not end `]]>`.
      .replace(/[&<>\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`)
  )
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
