import { spawnSync } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { writeReport } from '@kintsugi/report'
import { withFolder } from './measure/folder.mjs'
import { pictureFolder } from './measure/pictures.mjs'
import { atMost, report, skipped } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'
import { timed } from './measure/time.mjs'

export const title = 'The report of a sweep of 200 images by three models, opened in a browser from a file'

const PHOTOS = { count: 200, distinct: 20, width: 384, height: 288 }
const ROUNDS = 5
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const cli = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))

// Filters stand for models: the page is the same whatever made the pictures.
const sweep = {
  kintsugi: 1,
  name: 'sweep',
  axes: { model: { light: 0.6, middle: 1, strong: 1.6 } },
  inputs: { photo: { type: 'image', each: 'photos/*.png' } },
  nodes: {
    noisy: { use: 'degrade/gaussian-noise', in: 'photo', with: { sigma: 25 } },
    restored: { use: 'degrade/gaussian-blur', in: 'noisy', with: { sigma: { $axis: 'model' } } },
    psnr: { use: 'metrics/psnr', in: { image: 'restored', reference: 'photo' } },
    ssim: { use: 'metrics/ssim', in: { image: 'restored', reference: 'photo' } },
  },
  outputs: {
    noisy: { from: 'noisy', save: 'noisy/{photo}.png' },
    restored: { from: 'restored', save: '{model}/{photo}.png' },
    psnr: 'psnr',
    ssim: 'ssim',
  },
}

export async function measure() {
  return withFolder(async (folder) => {
    await pictureFolder(join(folder, 'photos'), PHOTOS)
    const pipeline = join(folder, 'sweep.json')
    const out = join(folder, 'out')
    writeFileSync(pipeline, JSON.stringify(sweep))
    const { status, stderr } = spawnSync(
      process.execPath,
      [cli, 'run', pipeline, '--out', out, '--no-cache', '--no-report'],
      { encoding: 'utf8', maxBuffer: 2 ** 28 },
    )
    if (status !== 0) throw new Error(stderr)
    const { result, least } = await timed(() => writeReport(out))
    const size = statSync(result.path).size / 1e6
    return [
      atMost('size of report.html', size, 30, 'MB', `${result.pictures} pictures`),
      report('writing it, pictures made small', least / 1000, 's'),
      await opening(result.path),
    ]
  })
}

/** The time from asking for the page until it is loaded and has been painted, each time in a browser just started. */
async function opening(path) {
  const name = 'opening it, loaded and painted'
  const executablePath = BROWSERS.find(existsSync)
  if (executablePath === undefined) return skipped(name, `there is none of ${BROWSERS.join(', ')}`)
  const { chromium } = await import('playwright-core')
  const times = []
  for (let i = 0; i < ROUNDS; i++) {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      const started = performance.now()
      await page.goto(pathToFileURL(path).href, { waitUntil: 'load' })
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
      times.push((performance.now() - started) / 1000)
      if ((await page.locator('#rows tr').count()) !== PHOTOS.count) throw new Error('rows are missing')
    } finally {
      await browser.close()
    }
  }
  const all = times.map((time) => time.toFixed(2)).join(', ')
  return atMost(name, median(times), 2, 's', `median of ${all}`)
}
