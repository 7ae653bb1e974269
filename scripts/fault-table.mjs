/**
 * Runs the tests of faults and attacks and prints them as a table, one line a row. They are those whose title begins with the id of a
 * row: a letter for where the fault is, and a number. What stands after a colon is the result. Exits with 1 when one fails.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the letters stand for. */
const PLACES = {
  G: 'the model',
  T: 'the REST API of the carrier',
  C: 'status callbacks',
  M: 'the media stream',
  N: 'the tunnel',
  L: 'this machine and its user',
  A: 'attacks',
}
const ID = new RegExp(`^([${Object.keys(PLACES).join('')}])(\\d+) `)
/** Cases of one test that are shown one by one; where there are more, they share a line. */
const MOST_CASES = 6

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'fault-table-'))
const report = join(folder, 'report.json')
const files = readdirSync(join(root, 'test'), { recursive: true })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => join('test', path))
  .filter((path) => /\(\s*['`][GTCMNLA]\d+ /.test(readFileSync(join(root, path), 'utf8')))
const pattern = `(^| )[${Object.keys(PLACES).join('')}]\\d+ `
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const options = [
  '--reporter=json',
  `--outputFile=${report}`,
  '--includeTaskLocation',
  '--testNamePattern',
  pattern,
]
const { stderr } = spawnSync(process.execPath, [vitest, 'run', ...options, ...files], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
const results = readReport()
const rows = results
  .flatMap(rowsOf)
  .sort((one, other) => order(one) - order(other) || one.place - other.place)

const width = Math.max(...rows.map(({ id }) => id.length))
const verdicts = { passed: 'passed', failed: 'FAILED', skipped: 'skipped' }
let letter
for (const { id, what, result, cases, verdict } of rows) {
  if (id[0] !== letter) {
    letter = id[0]
    print(`\n${PLACES[letter]}`)
  }
  const many = cases > 1 ? ` (${cases} cases)` : ''
  print(`${id.padEnd(width)}  ${verdicts[verdict]}  ${what}${many}${result && `  ->  ${result}`}`)
}
const count = (verdict) => rows.filter((row) => row.verdict === verdict).length
const ids = new Set(rows.map(({ id }) => id))
const tests = rows.reduce((sum, { cases }) => sum + cases, 0)
print(
  `\n${ids.size} kinds of fault, ${rows.length} rows, ${tests} tests: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`,
)
for (const { id, what, failures } of rows)
  for (const failure of failures) print(`\n${id} ${what}\n${failure}`)
rmSync(folder, { recursive: true })
process.exitCode = rows.length > 0 && rows.every(({ verdict }) => verdict !== 'failed') ? 0 : 1

function print(text) {
  process.stdout.write(`${text}\n`)
}

function complain(text) {
  process.stderr.write(`${text}\n`)
}

/** All tests that ran, from vitest's report. */
function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
      .testResults.map(broken)
      .flatMap(({ assertionResults }) => assertionResults)
  } catch (error) {
    complain(`${stderr}\nthe tests left no report: ${error}`)
    process.exit(1)
  }
}

/** A file that cannot even be loaded has no tests that could fail. */
function broken(file) {
  if (file.status !== 'passed' && file.assertionResults.every(({ status }) => status !== 'failed')) {
    complain(`${file.name}: ${file.message}`)
    process.exit(1)
  }
  return file
}

/** The lines of one test or, for a test with many cases, of its first, which stands for them all. */
function rowsOf(test, index, all) {
  const id = ID.exec(test.title)
  if (!id || test.status === 'pending') return []
  const same = all.filter(
    ({ title, location, ancestorTitles }) =>
      title.startsWith(id[0]) &&
      location?.line === test.location?.line &&
      ancestorTitles.join() === test.ancestorTitles.join(),
  )
  if (same.length > MOST_CASES && same[0] !== test) return []
  const cases = same.length > MOST_CASES ? same : [test]
  const [, what = '', result = ''] =
    /^(.*?)(?:: ((?:exit|nobody|the call|403|1008|404) ?.*|[^:]*))?$/s.exec(
      titleOf(cases).slice(id[0].length),
    ) ?? []
  const states = new Set(cases.map(({ status }) => status))
  return [
    {
      id: id[0].trim(),
      what: [...test.ancestorTitles, what].join(' ').replaceAll(/\s+/g, ' ').slice(0, 170),
      result: result.replaceAll(/\s+/g, ' '),
      cases: cases.length,
      place: index,
      verdict: states.has('failed') ? 'failed' : states.has('passed') ? 'passed' : 'skipped',
      failures: cases.flatMap(({ failureMessages }) => failureMessages),
    },
  ]
}

/** The title that these cases share, with an ellipsis for what differs. */
function titleOf([first, ...others]) {
  if (others.length === 0) return first.title
  const shared = (own) => {
    const at = own.findIndex((word, nth) => others.some(({ title }) => inOrder(title)[nth] !== word))
    return at < 0 ? own : own.slice(0, at)
  }
  // A colon is a word of its own: before it may stand what differs.
  const words = (title) => title.replaceAll(': ', ' : ').split(' ')
  let inOrder = words
  const before = shared(inOrder(first.title))
  inOrder = (title) => words(title).reverse()
  const after = shared(inOrder(first.title)).reverse()
  return [...before, '…', ...after].join(' ').replaceAll(' : ', ': ')
}

function order({ id }) {
  return Object.keys(PLACES).indexOf(id[0]) * 1000 + Number(id.slice(1))
}
