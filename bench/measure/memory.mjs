/**
 * Samples the resident memory of this process as a run goes on: `count()` after each item. Gives points `[items, bytes]`;
 * nothing asks the garbage collector for anything.
 */
export function memorySamples(every) {
  const points = []
  let items = 0
  return {
    points,
    count() {
      items++
      if (items % every === 0) points.push([items, process.memoryUsage.rss()])
    },
  }
}

export const MEBIBYTE = 2 ** 20
