import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { reportOf } from '../src/report.js'
import { PICTURE_BYTES, type Thumbnail } from '../src/thumbnails.js'
import { runOf } from './run.js'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('the report in a browser', function () {
  this.timeout(300_000)
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-browser-'))
  const [small, large] = ['small', 'large'].map((name) => join(folder, `${name}.html`)) as [string, string]
  let browser: Browser | undefined

  before(async function () {
    if (executablePath === undefined) {
      console.log('    chromium is not there')
      this.skip()
    }
    const thumbnails = async (run: ReturnType<typeof runOf>, bytes: number) => {
      const picture = await sharp({ create: { width: 96, height: 64, channels: 3, background: '#577' } })
        .webp()
        .toBuffer()
      // What follows a picture's own bytes is not looked at.
      const data = Buffer.concat([picture, Buffer.alloc(Math.max(0, bytes - picture.length), 90)]).toString('base64')
      const one = { data, width: 96, height: 64, fullWidth: 192, fullHeight: 128 }
      return new Map(run.saved.map(({ path }): [string, Thumbnail] => [path, { ...one, path }]))
    }
    const few = runOf(['a', 'b', 'c'], ['base', 'tg'], {
      failures: [
        {
          output: 'restored',
          item: { photo: 'd' },
          error: { code: 'E_FILE', message: 'cannot be read', fix: 'try another' },
        },
      ],
      tables: {
        table: {
          columns: ['model', 'psnr'],
          rows: [
            ['base', 20],
            ['tg', 21],
          ],
          ranks: [
            [0, 2],
            [0, 1],
          ],
          notes: ['a note'],
        },
      },
    })
    const level = ['a', 'b', 'c'].map((photo, i) => ({ photo, value: [2, 1, 3][i] }))
    few.scores = { ...few.scores, level }
    writeFileSync(small, await reportOf(few, await thumbnails(few, 0)))
    const many = runOf(
      Array.from({ length: 200 }, (_, i) => `photo ${i}`),
      ['low', 'base', 'tg', 'mine', 'sharp'],
    )
    writeFileSync(large, await reportOf(many, await thumbnails(many, PICTURE_BYTES / many.saved.length)))
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  })
  after(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  const faults = async (page: Page): Promise<string[]> => {
    await page.evaluate(axe)
    const found = (await page.evaluate('axe.run(document)')) as {
      violations: { id: string; nodes: { html: string }[] }[]
    }
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`passes axe, the viewer too, in ${colorScheme}, on a screen and on a phone`, async () => {
      for (const viewport of [
        { width: 1280, height: 900 },
        { width: 360, height: 740 },
      ]) {
        const page = await browser!.newPage({ colorScheme, viewport, bypassCSP: true })
        await page.goto(`file://${small}`)
        assert.deepEqual(await faults(page), [])
        assert.ok(
          await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
          'the page scrolls sideways',
        )
        await page.locator('button.look').first().click()
        assert.deepEqual(await faults(page), [])
        await page.close()
      }
    })
  }

  it('is used by keyboard: sorted, opened, moved through, closed', async () => {
    const page = await browser!.newPage()
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(`file://${small}`)
    const first = () => page.locator('#rows tr').first().getAttribute('data-item')
    const gained = await first()
    await page.locator('#sorting').selectOption('name')
    assert.equal(await first(), 'a')
    await page.locator('#sorting').selectOption('gain')
    assert.equal(await first(), gained)
    const heads = () => page.locator('#head th').allTextContents()
    await page.locator('#which').selectOption({ label: 'level' })
    assert.deepEqual([await first(), await heads()], ['c', ['photo', 'level']])
    assert.equal(await page.locator('#base').isVisible(), false, 'one series has no gain over another')
    await page.locator('#sorting').selectOption({ label: 'smallest first' })
    assert.equal(await first(), 'b')
    await page.locator('#which').selectOption({ label: 'PSNR' })
    await page.locator('#sorting').selectOption({ label: 'largest gain first' })
    assert.deepEqual([await first(), (await heads()).at(-1)], [gained, 'gain'])
    await page.locator('button.look').first().focus()
    await page.keyboard.press('Enter')
    await page.locator('#viewer[open]').waitFor()
    assert.equal(await page.locator('#title').textContent(), gained)
    assert.match((await page.locator('#steps').textContent())!, /core\/read-image.*esrgan\/restore/)
    await page.locator('#after').focus()
    await page.keyboard.press('Enter')
    assert.notEqual(await page.locator('#title').textContent(), gained)
    const lens = () =>
      page
        .locator('.lens')
        .first()
        .evaluate((one) => (one as unknown as { style: { backgroundPosition: string } }).style.backgroundPosition)
    const before = await lens()
    await page.locator('#horizontal').focus()
    await page.keyboard.press('ArrowRight')
    assert.notEqual(await lens(), before)
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('#viewer[open]').count(), 0)
    assert.equal(await page.evaluate('document.activeElement.className'), 'look')
    assert.deepEqual(errors, [])
    await page.close()
  })

  it('of 200 images and 5 pictures of each takes less than 30 MB, and 2 s of a processor to open', async () => {
    assert.ok(statSync(large).size < 30e6, `${statSync(large).size} bytes`)
    assert.ok(statSync(large).size > 20e6, 'the pictures are there')
    const page = await browser!.newPage()
    const session = await page.context().newCDPSession(page)
    // Time of the page's thread, so that a busy machine does not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await page.goto(`file://${large}`, { waitUntil: 'load' })
    const { metrics } = await session.send('Performance.getMetrics')
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
    console.log(`      ${(statSync(large).size / 1e6).toFixed(1)} MB, ${seconds.toFixed(2)} s`)
    assert.ok(seconds < 2, `${seconds} s`)
    await page.close()
  })
})
