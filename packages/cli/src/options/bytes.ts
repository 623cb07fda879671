import { KintsugiError } from '@kintsugi/core/errors'

const units: Readonly<Record<string, number>> = { '': 1, b: 1 }
const powers = ['k', 'm', 'g', 't']

/** A number of bytes: `2GiB`, `500MiB` and `2G` count in powers of 1024, `2GB` in powers of 1000. Throws `E_ARGUMENT`. */
export function parseBytes(option: string): (text: string) => number {
  return (text) => {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? []
    const factor = factorOf(unit.toLowerCase())
    const bytes = Math.floor(Number(number) * (factor ?? 0))
    if (number !== '' && factor !== undefined && bytes > 0 && Number.isSafeInteger(bytes)) return bytes
    throw new KintsugiError('E_ARGUMENT', {
      message: `${option} is no amount of memory.`,
      expected: 'a number with a unit, such as 512MiB or 2GiB',
      found: text,
    })
  }
}

function factorOf(unit: string): number | undefined {
  const power = powers.indexOf(unit.charAt(0)) + 1
  if (power === 0) return units[unit]
  const rest = unit.slice(1)
  return rest === '' || rest === 'ib' ? 1024 ** power : rest === 'b' ? 1000 ** power : undefined
}

/** Bytes for people, in powers of 1024. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const power = Math.min(powers.length, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${'KMGT'.charAt(power - 1)}iB`
}
