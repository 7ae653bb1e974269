/** What tests of scripts share: a script's text read with variables, an environment, and no opinion about schemas. */
import { givenFlags } from '../../../src/config/given-flags.ts'
import { parseScript, type ScriptDoors } from '../../../src/config/script/parse-script.ts'
import { scriptLines } from '../../../src/config/script/script-lines.ts'

type Given = {
  file?: string
  vars?: Record<string, string>
  environment?: Record<string, string>
  checkDeclaration?: ScriptDoors['checkDeclaration']
}

/** Reads a script that is written in a test. */
export function readText(text: string, given: Given = {}) {
  const { file = 'test.yaml', vars = {}, environment = {}, checkDeclaration = () => [] } = given
  return parseScript(file, text, {
    values: new Map(Object.entries(vars)),
    lookUp: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
    checkDeclaration,
  })
}

/** Its problems, as the user reads them. */
export function problemsOf(text: string, given: Given = {}): string[] {
  return scriptLines(given.file ?? 'test.yaml', readText(text, given).problems)
}

/** The script that has none. */
export function scriptOf(text: string, given: Given = {}) {
  const { script, problems } = readText(text, given)
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return script
}

/** The flags that hold when argv has none. */
export function flagsOf(text: string, given: Given = {}) {
  return givenFlags({}, scriptOf(text, given)).flags
}
