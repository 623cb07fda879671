// One line for each test file, then mocha's own closing lines with every failure; the counts go to KINTSUGI_TEST_COUNTS.
const { writeFileSync } = require('node:fs')
const { relative } = require('node:path')
const { reporters, Runner } = require('mocha')

class FileReporter extends reporters.Base {
  constructor(runner, options) {
    super(runner, options)
    const files = new Map()
    const skipped = []
    let current
    const show = () => {
      if (current === undefined) return
      const { passed, failed, skipped: left, started } = files.get(current)
      const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6)
      const counts = [
        `${passed} passed`,
        ...(failed > 0 ? [`${failed} FAILED`] : []),
        ...(left > 0 ? [`${left} skipped`] : []),
      ]
      reporters.Base.consoleLog(`${seconds} s  ${relative('', current)}: ${counts.join(', ')}`)
    }
    const count = (kind) => (test) => {
      const file = test.file ?? test.parent?.file ?? '(no file)'
      if (file !== current) {
        show()
        current = file
      }
      const entry = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, started: Date.now() - (test.duration ?? 0) }
      entry[kind]++
      files.set(file, entry)
      if (kind === 'skipped') skipped.push(test.fullTitle())
    }
    runner.on(Runner.constants.EVENT_TEST_PASS, count('passed'))
    runner.on(Runner.constants.EVENT_TEST_FAIL, count('failed'))
    runner.on(Runner.constants.EVENT_TEST_PENDING, count('skipped'))
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      show()
      if (skipped.length > 0)
        reporters.Base.consoleLog(`\nSkipped:\n${skipped.map((title) => `  ${title}`).join('\n')}`)
      this.epilogue()
      const { passes, failures, pending, duration } = this.stats
      const path = process.env.KINTSUGI_TEST_COUNTS
      const counts = { passed: passes, failed: failures, skipped: pending, seconds: Math.round(duration / 1000) }
      if (path !== undefined) writeFileSync(path, JSON.stringify(counts))
    })
  }
}

module.exports = FileReporter
