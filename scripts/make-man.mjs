/**
 * Makes the man page `man/ai-caller.1` from the tree of commands and the topics of help, so that it says what they say.
 * Needs `npm run build` before it. With `--print` the page goes to stdout, and no file is written.
 *
 *     npm run build && node scripts/make-man.mjs
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { shapeOf } from '../dist/cli/help/command-tree.js'
import { TOPICS } from '../dist/cli/help/topics.js'
import { createProgram } from '../dist/cli/program.js'
import { scenarioNames } from '../dist/sim/load-scenario.js'

const FOLDER = new URL('../man/', import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Nothing runs: only what the commands say of themselves is asked for. */
const context = {
  io: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, environment: {} },
}
const program = shapeOf(await createProgram(context, () => {}), await scenarioNames())

const page = [
  `.\\" Made by scripts/make-man.mjs: change the commands and their help instead.`,
  `.TH AI\\-CALLER 1 "" "ai\\-caller ${version}" "User Commands"`,
  '.SH NAME',
  `ai\\-caller \\- let an AI make a phone call from your terminal`,
  '.SH SYNOPSIS',
  ...leaves(program)
    .flatMap(({ usage }) => ['.br', line(usage)])
    .slice(1),
  '.SH DESCRIPTION',
  line(program.about),
  ...after(program, ['Topics:']),
  '.SH COMMANDS',
  ...leaves(program).flatMap(command),
  ...(await topics()),
].join('\n')

if (process.argv.includes('--print')) process.stdout.write(`${page}\n`)
else {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(new URL('ai-caller.1', FOLDER), `${page}\n`)
}

/** The commands that do something. */
function leaves(shape) {
  return shape.commands.length === 0 ? [shape] : shape.commands.flatMap(leaves)
}

function command(shape) {
  const groups = [...new Set(shape.flags.map(({ group }) => group))]
  return [
    `.SS ${line(['ai-caller', ...shape.path].join(' '))}`,
    line(shape.about),
    ...shape.arguments.flatMap(({ written, about }) => item(written, about)),
    ...groups.flatMap((group) => [
      ...(groups.length > 1 ? ['.PP', bold(group)] : []),
      ...shape.flags
        .filter((flag) => flag.group === group)
        .flatMap(({ written, about }) => item(written, about)),
    ]),
    ...after(shape, []),
  ]
}

/** What help says below the flags: running text, and lines that are indented and stay as they are. Some of its paragraphs stand elsewhere. */
function after(shape, without) {
  const paragraphs = shape.after
    .split(/\n{2,}/)
    .filter((text) => !without.some((start) => text.startsWith(start)))
  return paragraphs.filter(Boolean).flatMap((text) => {
    const parts = text.split(/\n(?=\S)|(?<=^\S.*)\n(?= )/m)
    return parts.flatMap((part) => (part.startsWith(' ') ? verbatim(part) : ['.PP', line(part)]))
  })
}

async function topics() {
  const out = []
  for (const [name, { load }] of Object.entries(TOPICS)) {
    out.push(`.SH ${line(name.replace('-', ' ').toUpperCase())}`)
    for (const block of await load()) out.push(...blockOf(block))
  }
  return out
}

function blockOf(block) {
  switch (block.type) {
    case 'text':
      return ['.PP', line(block.text)]
    case 'list':
      return block.rows.flatMap(({ term, text }) => item(term, text))
    case 'entry':
      return [
        ...item(block.term, block.text),
        '.RS',
        ...block.rows.flatMap(({ term, text }) => item(term, text)),
        '.RE',
      ]
    case 'verbatim':
      return verbatim(block.text)
    default:
      throw new Error(`no such block: ${block.type}`)
  }
}

function item(term, text) {
  return ['.TP', bold(term), line(text)]
}

function bold(text) {
  return `\\fB${escaped(text)}\\fR`
}

function verbatim(text) {
  return [
    '.PP',
    '.nf',
    '.RS 2',
    ...text.split('\n').map((one) => line(one.replace(/^ {2}/, ''))),
    '.RE',
    '.fi',
  ]
}

/** A line that is not taken for a request; of an empty one only an empty string remains. */
function line(text) {
  return escaped(text).replace(/^(?=[.'])/gm, '\\&')
}

/** Hyphens and quotes as they are typed; what lies outside of ASCII by its code point. */
function escaped(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(
      /\P{ASCII}/gu,
      (char) => `\\[u${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
}
