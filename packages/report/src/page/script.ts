/** What the page does in the browser: rows in another order, and the viewer. Reads the JSON that the page holds; without it the page is still complete but for the viewer. */
export const script = String.raw`
'use strict'
const $ = (id) => document.getElementById(id)
const data = JSON.parse($('data').textContent)
const make = (tag, props = {}, ...children) => {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) name in node ? (node[name] = value) : node.setAttribute(name, value)
  node.append(...children)
  return node
}
const urls = new Map()
const urlOf = (picture) => {
  if (!urls.has(picture)) {
    const bytes = Uint8Array.from(atob($('p' + picture).textContent), (c) => c.charCodeAt(0))
    urls.set(picture, URL.createObjectURL(new Blob([bytes], { type: 'image/webp' })))
  }
  return urls.get(picture)
}
const show = (value) => value === null ? '–' : typeof value === 'string' ? '∞' : value.toFixed(Math.abs(value) >= 10 ? 2 : 4)
const num = (value) => value === 'Infinity' ? Infinity : value

// Thumbnails come in when their row does.
const fill = (image) => {
  watch.unobserve(image)
  image.src = urlOf(Number(image.dataset.picture))
  image.removeAttribute('data-picture')
}
const watch = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) fill(target)
}, { rootMargin: '300px' })
const watchAll = () => document.querySelectorAll('img[data-picture]').forEach((image) => watch.observe(image))
addEventListener('beforeprint', () => [...document.querySelectorAll('img[data-picture]')].slice(0, 60).forEach(fill))

let order = data.order
const rows = $('rows')
if (rows) {
  const options = (select, list, chosen) => select.replaceChildren(...list.map((text, i) => make('option', { value: i, textContent: text, selected: i === chosen })))
  const [which, base, against, sorting] = ['which', 'base', 'against', 'sorting'].map($)
  const comparison = () => data.comparisons[which ? which.value : 0]
  const choose = () => {
    const labels = comparison().series.map((s) => s.label)
    options(base, labels, comparison().base)
    options(against, labels, comparison().against)
    for (const select of [base, against]) select.parentElement.hidden = labels.length === 1
    const { direction } = comparison()
    const words = labels.length > 1 ? ['largest gain', 'largest loss'] : direction === null ? ['largest', 'smallest'] : ['best', 'worst']
    words.forEach((word, i) => (sorting.options[i].textContent = word + ' first'))
  }
  const sort = () => {
    const { items, series, direction } = comparison()
    const sign = direction === 'lower' ? -1 : 1
    const alone = series.length === 1
    const gain = (i) => {
      if (alone) return series[0].values[i] === null ? null : sign * num(series[0].values[i])
      const [a, b] = [num(series[base.value].values[i]), num(series[against.value].values[i])]
      return a === null || b === null ? null : a === b ? 0 : sign * (b - a)
    }
    const list = items.map((item, i) => ({ item, i, gain: gain(i) }))
    const falling = (x, y) => (x === y ? 0 : y - x)
    const by = { gain: (a, b) => falling(a.gain ?? -Infinity, b.gain ?? -Infinity), loss: (a, b) => falling(b.gain ?? Infinity, a.gain ?? Infinity), name: () => 0 }
    list.sort(by[sorting.value])
    order = list.map(({ item }) => item)
    const most = Math.max(1e-12, ...list.map(({ gain: g }) => (Number.isFinite(g) ? Math.abs(g) : 0)))
    const head = $('head')
    head.replaceChildren(make('th', { scope: 'col', textContent: data.axis }), ...series.map(({ label }) => make('th', { scope: 'col', className: 'n', textContent: label })), ...(alone ? [] : [make('th', { scope: 'col', className: 'n', textContent: 'gain' }), make('td')]))
    const known = new Map([...rows.children].map((row) => [row.dataset.item, row]))
    rows.replaceChildren(...list.map(({ item, i, gain: g }) => {
      const row = known.get(item) ?? make('tr', { 'data-item': item }, make('th', { scope: 'row', textContent: item }))
      row.dataset.item = item
      const bar = make('span', { className: 'bar' + (g < 0 ? ' down' : '') })
      bar.style.width = (Number.isFinite(g) ? (5 * Math.abs(g)) / most : 0) + 'rem'
      row.replaceChildren(row.firstElementChild, ...series.map(({ values }) => make('td', { className: 'n', textContent: show(values[i]) })), ...(alone ? [] : [
        make('td', { className: 'n' + (g < 0 ? ' bad' : ''), textContent: g === null ? '–' : (g > 0 ? '+' : '') + (Number.isFinite(g) ? show(g) : '∞') }), make('td', {}, bar)]))
      return row
    }))
    $('said').textContent = 'Sorted: ' + list.length + ' rows.'
  }
  if (base) {
    choose()
    which?.addEventListener('change', () => { choose(); sort() })
    for (const control of [base, against, sorting]) control.addEventListener('change', sort)
  }
  rows.addEventListener('click', (event) => {
    const button = event.target.closest('button.look')
    if (button) open(button.closest('tr').dataset.item)
  })
}

// The viewer.
const dialog = $('viewer')
let item = null
let spot = { x: 0.5, y: 0.5 }
const [left, right, at, zoom, horizontal, vertical] = ['left', 'right', 'at', 'zoom', 'horizontal', 'vertical'].map($)
const open = (key) => {
  const pictures = data.pictures.filter((p) => p.items.includes(key))
  if (pictures.length === 0) return
  const [wasLeft, wasRight] = [left, right].map((select) => select.selectedOptions[0]?.textContent)
  item = key
  $('title').textContent = key
  const fillSelect = (select, wanted, otherwise) => select.replaceChildren(...pictures.map((p, i) => make('option', { value: p.id, textContent: p.label, selected: p.label === wanted || (i === otherwise && !pictures.some((q) => q.label === wanted)) })))
  fillSelect(left, wasLeft, 0)
  fillSelect(right, wasRight, pictures.length - 1)
  $('lenses').replaceChildren(...pictures.map((p) => make('figure', {}, make('div', { className: 'lens', 'data-id': p.id, role: 'img', 'aria-label': 'Enlarged part of ' + p.label }),
    make('figcaption', {}, p.label + ', ', make('a', { href: p.href, textContent: p.full[0] + ' x ' + p.full[1] + ' px' })))))
  $('scores').replaceChildren(...data.comparisons.flatMap((c) => {
    const i = c.items.indexOf(key)
    return i < 0 ? [] : c.series.map((s) => make('tr', {}, make('th', { scope: 'row', textContent: s.label }), make('td', { textContent: c.title }), make('td', { className: 'n', textContent: show(s.values[i]) })))
  }))
  if (!dialog.open) dialog.showModal()
  dialog.scrollTop = 0
  draw()
}
const picture = (select) => data.pictures.find((p) => p.id === Number(select.value))
const draw = () => {
  for (const [image, select] of [[$('under'), left], [$('over'), right]]) {
    image.src = urlOf(Number(select.value))
    image.alt = picture(select).label + ' of ' + item
  }
  recipe(picture(right))
  move()
}
const box = () => {
  const outer = $('compare').getBoundingClientRect()
  const { clientWidth: w, clientHeight: h, naturalWidth: nw, naturalHeight: nh } = $('under')
  const scale = Math.min(w / nw, h / nh) || 1
  const inner = $('under').getBoundingClientRect()
  return { x: inner.left - outer.left + (w - nw * scale) / 2, y: inner.top - outer.top + (h - nh * scale) / 2, w: nw * scale, h: nh * scale, outer }
}
const move = () => {
  const { x, y, w, h } = box()
  const cut = x + (w * at.value) / 100
  $('over').style.setProperty('--at', cut - ($('over').getBoundingClientRect().left - $('compare').getBoundingClientRect().left) + 'px')
  document.querySelector('.line').style.left = cut - 1 + 'px'
  const factor = Number(zoom.value)
  horizontal.value = 100 * spot.x
  vertical.value = 100 * spot.y
  let seen = { w: 0, h: 0 }
  document.querySelectorAll('.lens').forEach((lens) => {
    const p = data.pictures.find((one) => one.id === Number(lens.dataset.id))
    const largest = data.pictures.filter((one) => one.items.includes(item)).reduce((a, b) => (a.full[0] >= b.full[0] ? a : b))
    const side = lens.clientWidth
    // The same part of every picture: as many of the largest one's pixels as fit at this zoom.
    const width = largest.size[0] * factor, height = (width * p.size[1]) / p.size[0]
    lens.style.backgroundImage = 'url("' + urlOf(p.id) + '")'
    lens.style.backgroundSize = width + 'px ' + height + 'px'
    lens.style.backgroundPosition = side / 2 - spot.x * width + 'px ' + (side / 2 - spot.y * height) + 'px'
    seen = { w: side / width, h: side / height }
  })
  const frame = document.querySelector('.spot')
  Object.assign(frame.style, { left: x + (spot.x - seen.w / 2) * w + 'px', top: y + (spot.y - seen.h / 2) * h + 'px', width: seen.w * w + 'px', height: seen.h * h + 'px' })
}
const recipe = (p) => {
  const steps = []
  const seen = new Set()
  const walk = (i) => { if (seen.has(i)) return; seen.add(i); data.records[i][3].forEach(walk); steps.push(data.records[i]) }
  if (p.record !== null) walk(p.record)
  $('of').textContent = p.label
  $('steps').replaceChildren(...steps.map(([node, use, settings, , random]) => make('li', {}, make('b', { textContent: node }), ' ', use, ' ', ...(settings === '{}' ? [] : [make('code', { textContent: settings })]), ...(random ? [' ', make('span', { className: 'soft', textContent: 'random key ' + random })] : []))))
  $('again').textContent = 'kintsugi replay ' + p.path
}
if (dialog) {
  const step = (by) => {
    const shown = order.filter((key) => data.pictures.some((p) => p.items.includes(key)))
    open(shown[(shown.indexOf(item) + by + shown.length) % shown.length])
  }
  $('close').addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => document.querySelector('tr[data-item="' + CSS.escape(item) + '"] button')?.focus())
  $('before').addEventListener('click', () => step(-1))
  $('after').addEventListener('click', () => step(1))
  for (const select of [left, right]) select.addEventListener('change', draw)
  for (const control of [at, zoom]) control.addEventListener('input', move)
  horizontal.addEventListener('input', () => { spot.x = horizontal.value / 100; move() })
  vertical.addEventListener('input', () => { spot.y = vertical.value / 100; move() })
  $('under').addEventListener('load', move)
  addEventListener('resize', () => dialog.open && move())
  const point = (event) => {
    const { x, y, w, h, outer } = box()
    const clamp = (v) => Math.min(1, Math.max(0, v))
    spot = { x: clamp((event.clientX - outer.left - x) / w), y: clamp((event.clientY - outer.top - y) / h) }
    if (event.buttons & 1) at.value = 100 * spot.x
    move()
  }
  for (const type of ['pointermove', 'pointerdown']) $('compare').addEventListener(type, point)
  dialog.addEventListener('keydown', (event) => {
    if (['INPUT', 'SELECT'].includes(event.target.tagName)) return
    if (event.key === 'ArrowLeft') step(-1)
    if (event.key === 'ArrowRight') step(1)
  })
}
watchAll()
// Graphs start at the left, in the middle of their height.
for (const graph of document.querySelectorAll('.graph')) graph.scrollTop = (graph.scrollHeight - graph.clientHeight) / 2
`
