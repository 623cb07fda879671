/**
 * The standard normal quantile of a probability strictly between 0 and 1: Wichura, "Algorithm AS 241: the percentage points of the
 * normal distribution", Applied Statistics 37 (1988), routine PPND16, relative error about 1e-16. The polynomials are summed in pairs
 * (Estrin's scheme), which a processor computes side by side. `assembly/normal.ts` does the same for many.
 */
export function inverseNormal(probability: number): number {
  const q = probability - 0.5
  if (q <= 0.425 && q >= -0.425) return centralNormal(q)
  const tail = Math.sqrt(-Math.log(q < 0 ? probability : 1 - probability))
  const value = tail <= 5 ? middle(tail - 1.6) : far(tail - 5)
  return q < 0 ? -value : value
}

/** The quantile of probability 1/2 + q, where |q| <= 0.425. */
function centralNormal(q: number): number {
  const r = 0.180625 - q * q
  const r2 = r * r
  const r4 = r2 * r2
  const numerator =
    3.3871328727963665 +
    133.14166789178438 * r +
    r2 * (1971.5909503065513 + 13731.69376550946 * r) +
    r4 * (45921.95393154987 + 67265.7709270087 * r + r2 * (33430.57558358813 + 2509.0809287301227 * r))
  const denominator =
    1 +
    42.31333070160091 * r +
    r2 * (687.1870074920579 + 5394.196021424751 * r) +
    r4 * (21213.794301586597 + 39307.89580009271 * r + r2 * (28729.085735721943 + 5226.495278852854 * r))
  return q * (numerator / denominator)
}

/** Tail probabilities down to exp(-25). */
function middle(r: number): number {
  const r2 = r * r
  const r4 = r2 * r2
  const numerator =
    1.4234371107496835 +
    4.630337846156546 * r +
    r2 * (5.769497221460691 + 3.6478483247632045 * r) +
    r4 * (1.2704582524523684 + 0.2417807251774506 * r + r2 * (0.022723844989269184 + 0.0007745450142783414 * r))
  const denominator =
    1 +
    2.053191626637759 * r +
    r2 * (1.6763848301838038 + 0.6897673349851 * r) +
    r4 * (0.14810397642748008 + 0.015198666563616457 * r + r2 * (0.0005475938084995345 + 1.0507500716444169e-9 * r))
  return numerator / denominator
}

/** Tail probabilities below exp(-25). */
function far(r: number): number {
  const r2 = r * r
  const r4 = r2 * r2
  const numerator =
    6.657904643501103 +
    5.463784911164114 * r +
    r2 * (1.7848265399172913 + 0.29656057182850487 * r) +
    r4 * (0.026532189526576124 + 0.0012426609473880784 * r + r2 * (2.7115555687434876e-5 + 2.0103343992922881e-7 * r))
  const denominator =
    1 +
    0.599832206555888 * r +
    r2 * (0.1369298809227358 + 0.014875361290850615 * r) +
    r4 * (0.0007868691311456133 + 1.8463183175100548e-5 * r + r2 * (1.421511758316446e-7 + 2.0442631033899397e-15 * r))
  return numerator / denominator
}
