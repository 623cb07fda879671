/** Width and height of a character in dots, and the distance between two. */
export const GLYPH = { width: 3, height: 5, advance: 4 } as const

/** Five rows of three dots each, as digits 0..7 whose bits are dots from left to right. Small letters look as capitals. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71717',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71222',
  '8': '75757',
  '9': '75717',
  A: '25755',
  B: '65656',
  C: '34443',
  D: '65556',
  E: '74647',
  F: '74644',
  G: '34553',
  H: '55755',
  I: '72227',
  J: '11152',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '65555',
  O: '25552',
  P: '65644',
  Q: '25563',
  R: '65655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55522',
  W: '55775',
  X: '55255',
  Y: '55222',
  Z: '71247',
  ' ': '00000',
  '.': '00002',
  ',': '00024',
  ':': '02020',
  '-': '00700',
  '+': '02720',
  '=': '07070',
  _: '00007',
  '/': '11244',
  '(': '12221',
  ')': '42224',
  '%': '51245',
  '#': '57575',
}
/** Stands for what has no glyph. */
const BOX = '75557'

/** The dots of a text as rows; `true` is ink. */
export function textDots(text: string): boolean[][] {
  const rows = Array.from({ length: GLYPH.height }, () => new Array<boolean>(0))
  for (const character of text.toUpperCase()) {
    const glyph = GLYPHS[character] ?? BOX
    rows.forEach((row, y) => {
      const dots = Number(glyph[y])
      row.push((dots & 4) !== 0, (dots & 2) !== 0, (dots & 1) !== 0, false)
    })
  }
  return rows
}
