/** A measured value that must not be above its limit. */
export function atMost(name, value, limit, unit, note = '') {
  return { name, value, limit: `<= ${limit}`, unit, pass: value <= limit, note }
}

/** A measured value that must not be below its limit. */
export function atLeast(name, value, limit, unit, note = '') {
  return { name, value, limit: `>= ${limit}`, unit, pass: value >= limit, note }
}

/** A measured value without a limit. */
export function report(name, value, unit, note = '') {
  return { name, value, limit: '', unit, pass: undefined, note }
}

/** A measurement that could not be made here, and why. */
export function skipped(name, note) {
  return { name, value: undefined, limit: '', unit: '', pass: undefined, note }
}
