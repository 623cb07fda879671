/**
 * Makes every sample of `bytes` bytes the least of itself and the `count` - 1 that follow, `step` bytes apart, by doubling. The last ones, which have not
 * so many behind them, are left without a meaning; 3 samples behind them may be read and written. Four at a time.
 */
export function leastOfNext(samples: usize, bytes: usize, count: i32, step: usize): void {
  const end = samples + bytes
  for (let done = 1; done < count; ) {
    const more = min(done, count - done)
    const ahead = <usize>more * step
    for (let p = samples; p + ahead < end; p += 16) v128.store(p, f32x4.pmin(v128.load(p), v128.load(p + ahead)))
    done += more
  }
}
