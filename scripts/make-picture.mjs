/**
 * Makes `docs/call.svg`, the picture in the README, from a true run: the built program plays `call --simulate`, believes that it stands before a
 * terminal, and everything it writes is drawn at the time at which it was written. Needs `npm run build` before it.
 *
 *     npm run build && node scripts/make-picture.mjs
 *
 * With `--text` the last screen goes to stdout, and no file is written; `--speed 5` lets the call run as many times faster.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { parseArgs } from 'node:util'

const ROOT = new URL('..', import.meta.url)
const COMMAND = ['call', '+12025550123', '--simulate']
const COLUMNS = 84
/** What is shown instead of the folder of this run. */
const HOME = '/home/dana/.local/share/ai-caller'

/** For so long the last screen stands there before everything comes anew as it came: whoever looks only once shall see it. */
const BEFORE_MS = 2500

/** Dark, with an edge that shows on a dark page too. Whoever wants no motion, or cannot have it, sees the last screen. */
const STYLE = `
  text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:#e6edf3}
  .window{fill:#0d1117;stroke:#3d444d}
  .button{fill:#3d444d}
  .dim{fill:#9198a1}
  .red{fill:#ff7b72}
  .green{fill:#3fb950}
  .yellow{fill:#d29922}
  .magenta{fill:#d2a8ff}
  .cyan{fill:#56d4dd}
  .by{opacity:0}
  @media (prefers-reduced-motion:no-preference){
  .in{animation:in 1s ${BEFORE_MS}ms}
  .by{animation:by 1s ${BEFORE_MS}ms}
  }
  @keyframes in{from,to{opacity:0}}
  @keyframes by{from,to{opacity:1}}`

const { values } = parseArgs({
  options: { text: { type: 'boolean' }, speed: { type: 'string', default: '1' } },
})
const pieces = await record(values.speed)
const { lines, ghosts } = play(pieces)
if (values.text) process.stdout.write(`${lines.map(textOf).join('\n')}\n`)
else {
  mkdirSync(new URL('docs/', ROOT), { recursive: true })
  writeFileSync(new URL('docs/call.svg', ROOT), draw(lines, ghosts))
}

/** Runs the program. Resolves with what it wrote, on stdout and stderr alike, and when, in ms from its first word. */
async function record(speed) {
  const folder = mkdtempSync(join(tmpdir(), 'ai-caller-picture-'))
  try {
    const scenario = readFileSync(new URL('src/sim/scenarios/default.yaml', ROOT), 'utf8')
    writeFileSync(join(folder, 'call.yaml'), `${scenario}speed: ${speed}\n`)
    const binary = new URL('bin/ai-caller.js', ROOT).pathname
    const args = ['--import', asTerminal(), binary, ...COMMAND, './call.yaml', '--allow-any-hour']
    // One pipe for both, as on a terminal: two would not keep the order.
    const child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', process.execPath, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, AI_CALLER_HOME: folder, TERM: 'xterm', FORCE_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const over = once(child, 'exit')
    const decoder = new StringDecoder('utf8')
    const written = []
    let beganAtMs
    for await (const chunk of child.stdout) {
      beganAtMs ??= performance.now()
      const text = decoder.write(chunk).replaceAll(folder, HOME)
      written.push({ atMs: performance.now() - beganAtMs, text })
    }
    const [exitCode] = await over
    if (exitCode !== 0) throw new Error(`the call ended with ${exitCode}`)
    return written
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A module that is loaded before the program and gives its streams what those of a terminal have. */
function asTerminal() {
  const code = `
    import { clearLine, cursorTo, moveCursor } from 'node:readline'
    for (const stream of [process.stdout, process.stderr]) {
      Object.assign(stream, { isTTY: true, columns: ${COLUMNS}, rows: 40 })
      for (const [name, move] of Object.entries({ clearLine, cursorTo, moveCursor }))
        stream[name] = (...rest) => move(stream, ...rest)
    }`
  return `data:text/javascript,${encodeURIComponent(code)}`
}

/**
 * A terminal that knows the few codes which the program uses. `lines`: the last screen, a cell for each character with its style and time.
 * `ghosts`: what stood there for a while, such as a spinner.
 */
function play(written) {
  const lines = [[]]
  const ghosts = []
  let row = 0
  let column = 0
  let style = ''
  const erase = (atMs) => {
    const gone = lines[row].splice(column)
    if (gone.length > 0) ghosts.push({ row, column, cells: gone, fromMs: gone[0].atMs, toMs: atMs })
  }
  for (const { atMs, text } of written) {
    // A control sequence, or one character.
    for (const [token, code] of text.matchAll(/\p{Cc}\[([?\d;]*[A-Za-z])|./gsu)) {
      if (token === '\n') {
        row += 1
        column = 0
        lines[row] ??= []
      } else if (code === undefined) {
        if (/\p{Cc}/u.test(token)) throw new Error(`no such control character: ${JSON.stringify(token)}`)
        lines[row][column] = { char: token, style, atMs }
        column += 1
      } else if (/^\d+G$/.test(code)) column = Number.parseInt(code, 10) - 1
      else if (code === '0K' || code === 'K') erase(atMs)
      else if (code.endsWith('m')) style = styleOf(Number.parseInt(code, 10), style)
      else if (!/^\?(25|2026)[hl]$/.test(code)) throw new Error(`no such code: ${code}`)
    }
  }
  while (lines.at(-1).length === 0) lines.pop()
  return { lines, ghosts: joined(ghosts) }
}

function styleOf(code, before) {
  const styles = { 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 35: 'magenta', 36: 'cyan' }
  if ([0, 22, 39].includes(code)) return ''
  if (before !== '' || !styles[code]) throw new Error(`no such colour: ${before} ${code}`)
  return styles[code]
}

/** The frames of a spinner become one ghost, which does not turn. */
function joined(ghosts) {
  const words = ({ row, cells }) => `${row}${textOf(cells).slice(1)}`
  const out = []
  for (const ghost of ghosts) {
    const last = out.at(-1)
    if (last && words(last) === words(ghost)) last.toMs = ghost.toMs
    else out.push({ ...ghost })
  }
  return out.filter(({ fromMs, toMs }) => toMs - fromMs > 50)
}

function textOf(cells) {
  return Array.from(cells, (cell) => cell?.char ?? ' ').join('')
}

/** The picture. What stays is hidden until it came, what passed is shown while it was there. */
function draw(screen, passing) {
  const [cellWidth, lineHeight, left, top] = [8.4, 20, 16, 44]
  const [width, height] = [2 * left + COLUMNS * cellWidth, top + (screen.length + 1) * lineHeight + 8]
  const place = (row, column, length) => {
    const [x, y] = [left + column * cellWidth, top + (row + 0.75) * lineHeight]
    return `x="${round(x)}" y="${round(y)}" textLength="${round(length * cellWidth)}"`
  }
  const text = (row, column, run, moment) => {
    const classes = [run.style, moment.kind].filter(Boolean).join(' ')
    const glyphs = [...run.text].length
    return `<text class="${classes}" ${place(row, column + run.column, glyphs)} style="${moment.style}">${escaped(run.text)}</text>`
  }
  const seconds = (ms) => `${round(ms / 1000)}s`
  const prompt = ['$', ...['ai-caller', ...COMMAND]].join(' ')
  const stays = ({ atMs }) => ({ kind: 'in', style: `animation-duration:${seconds(atMs)}` })
  const passes = ({ fromMs, toMs }) => ({
    kind: 'by',
    style: `animation-delay:${seconds(BEFORE_MS + fromMs)};animation-duration:${seconds(toMs - fromMs)}`,
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${height}" width="${round(width)}" height="${height}" role="img">`,
    '<!-- Made by scripts/make-picture.mjs from a run of the program: run it again instead of editing this. -->',
    '<title>A simulated call in a terminal</title>',
    `<style>${STYLE.replaceAll(/\n */g, '')}</style>`,
    `<rect class="window" x="0.5" y="0.5" width="${round(width - 1)}" height="${height - 1}" rx="8"/>`,
    ...[18, 36, 54].map((x) => `<circle class="button" cx="${x}" cy="19" r="5"/>`),
    `<text ${place(0, 0, prompt.length)}>${escaped(prompt)}</text>`,
    ...passing.flatMap((ghost) =>
      runsOf(ghost.cells).map((run) => text(ghost.row + 1, ghost.column, run, passes(ghost))),
    ),
    ...screen.flatMap((cells, row) => runsOf(cells).map((run) => text(row + 1, 0, run, stays(run)))),
    '</svg>\n',
  ].join('\n')
}

/** Cells side by side that look alike and came together, without the space around them. */
function runsOf(cells) {
  const runs = []
  Array.from(cells).forEach((cell, column) => {
    if (cell === undefined) return
    const last = runs.at(-1)
    const follows = last?.end === column && last.style === cell.style && cell.atMs - last.atMs < 40
    if (follows) Object.assign(last, { text: last.text + cell.char, end: column + 1 })
    else runs.push({ column, end: column + 1, text: cell.char, style: cell.style, atMs: cell.atMs })
  })
  return runs
    .map((run) => {
      const text = run.text.trimEnd()
      return { ...run, text: text.trimStart(), column: run.column + text.length - text.trimStart().length }
    })
    .filter(({ text }) => text !== '')
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function round(number) {
  return String(Math.round(number * 100) / 100)
}
