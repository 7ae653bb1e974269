/** What it takes to start, beside Node doing nothing: `npm run build && node bench/start-up.mjs`. Compare ratios, not machines. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const RUNS = 21

const binary = fileURLToPath(new URL('../bin/ai-caller.js', import.meta.url))
const rows = [
  ['node alone', ['-e', '0']],
  ['--version', [binary, '--version']],
  ['--help', [binary, '--help']],
  ['call --help', [binary, 'call', '--help']],
  ['help events', [binary, 'help', 'events']],
].map(([name, args]) => ({ name, args, tookMs: [] }))

/** Milliseconds of a whole process, with its output read through a pipe. */
function measure(args) {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return Number(process.hrtime.bigint() - start) / 1e6
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

for (const { args } of rows) measure(args) // from the disk, this once
// In turn, so that other work on the machine slows all of them alike.
for (let run = 0; run < RUNS; run++) for (const { args, tookMs } of rows) tookMs.push(measure(args))

const [alone] = rows.map(({ tookMs }) => median(tookMs))
process.stdout.write('whole process      median ms   ratio\n')
for (const { name, tookMs } of rows) {
  const figures = [median(tookMs).toFixed(0).padStart(12), (median(tookMs) / alone).toFixed(2).padStart(8)]
  process.stdout.write(`${name.padEnd(16)}${figures.join('')}\n`)
}
