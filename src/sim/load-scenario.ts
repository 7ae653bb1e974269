/** Finds and reads scenarios: built-in ones by name, an author's own by path. The format is described in `scenario-format.ts`. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CallError } from '../call/error.ts'
import type { FormatProblem } from '../text/format-parts.ts'
import { nearest } from '../text/nearest.ts'
import { whyUnread } from '../text/read-failure.ts'
import type { Scenario, ScenarioTurn } from './scenario.ts'

const BUILT_IN = fileURLToPath(new URL('./scenarios/', import.meta.url))

/**
 * The scenario of that name, or in that YAML or JSON file (whatever has a slash or an ending).
 * @throws CallError 'usage': there is none, or it has problems; all of them are told, with their lines
 */
export async function loadScenario(nameOrPath: string): Promise<Scenario> {
  const isName = !/[\\/.]/.test(nameOrPath)
  const path = isName ? resolve(BUILT_IN, `${nameOrPath}.yaml`) : resolve(nameOrPath)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => ({ cause }))
  if (typeof text === 'string') return (await readScenario(path, text)).scenario
  const names = await scenarioNames()
  const guess = isName ? nearest(nameOrPath, names) : undefined
  throw new CallError(
    'usage',
    isName
      ? `there is no scenario called ${printable(nameOrPath)}`
      : `the scenario file ${printable(nameOrPath)} cannot be read: ${whyUnread(text.cause)}`,
    {
      hint: `${guess === undefined ? '' : `Perhaps you mean ${guess}? `}Give the path of a YAML or JSON file, such as ./mine.yaml, or one of: ${names.join(', ')}.`,
      cause: text.cause,
    },
  )
}

/** The names of the built-in scenarios: `default` first, then by the alphabet. Reads none of them. */
export async function scenarioNames(): Promise<string[]> {
  const files = (await readdir(BUILT_IN)).filter((file) => file.endsWith('.yaml'))
  const names = files.map((file) => basename(file, '.yaml')).filter((name) => name !== 'default')
  return ['default', ...names.sort()]
}

/** The built-in scenarios in the same order, with what they tell of themselves. */
export async function listScenarios(): Promise<{ name: string; description: string }[]> {
  return Promise.all(
    (await scenarioNames()).map(async (name) => {
      const path = resolve(BUILT_IN, `${name}.yaml`)
      const { description } = await readScenario(path, await readFile(path, 'utf8'))
      return { name, description }
    }),
  )
}

async function readScenario(
  path: string,
  text: string,
): Promise<{ scenario: Scenario; description: string }> {
  const [{ parseScenario }, { parseYaml }] = await Promise.all([
    import('./scenario-format.ts'),
    import('../text/yaml-lines.ts'),
  ])
  // JSON is YAML too, so one reader knows the lines of both.
  const { value, problems, lineOf } = parseYaml(text)
  if (problems.length > 0)
    throw unusable(
      path,
      problems.map(({ line, message }) => `line ${line}: ${message}`),
    )

  const parsed = parseScenario(basename(path, extname(path)), value)
  const told = (problem: FormatProblem) => {
    const field = problem.path.filter((key) => typeof key === 'string').at(-1)
    return `line ${lineOf(problem.path)}: ${field === undefined ? '' : `${field}: `}${problem.message}`
  }
  if ('problems' in parsed) throw unusable(path, parsed.problems.map(told))

  const { scenario, description } = parsed
  const turns = scenario.turns.map((turn) => withAudioPath(turn, dirname(path)))
  const unreadable = await unreadableAudio(turns)
  if (unreadable.length > 0) throw unusable(path, unreadable.map(told))
  return { scenario: { ...scenario, turns }, description }
}

function withAudioPath(turn: ScenarioTurn, folder: string): ScenarioTurn {
  return turn.audio === undefined ? turn : { ...turn, audio: resolve(folder, turn.audio) }
}

async function unreadableAudio(turns: readonly ScenarioTurn[]): Promise<FormatProblem[]> {
  const { readWav } = await import('./speech/read-wav.ts')
  const problems: FormatProblem[] = []
  for (const [index, { audio }] of turns.entries()) {
    if (audio === undefined) continue
    const path = ['turns', index, 'audio']
    const file = await readFile(audio).catch((cause: unknown) => whyUnread(cause))
    if (typeof file === 'string') {
      problems.push({ path, message: file })
      continue
    }
    try {
      readWav(file)
    } catch (error) {
      problems.push({ path, message: error instanceof Error ? error.message : String(error) })
    }
  }
  return problems
}

/** With several problems each stands on a line of its own. */
function unusable(path: string, problems: readonly string[]): CallError {
  const lines = problems.map(printable)
  const told = lines.length === 1 ? ` ${lines.join()}` : ['', ...lines].join('\n  ')
  return new CallError('usage', `the scenario ${printable(basename(path))} cannot be used:${told}`)
}

/** File names and words from a file may hold anything; a message must not hold a control character. */
function printable(text: string): string {
  return text.replace(/\p{C}+/gu, ' ')
}
