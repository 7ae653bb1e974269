/** One script on its own: everything that would be wrong with it in a call. */
import { parseFlags } from '../call-flags.ts'
import type { Parsed } from '../parsed.ts'
import { checkPhoneNumber } from '../phone-number.ts'
import { parsePrompt } from '../prompt.ts'
import { readTransferTargets } from '../transfer-targets.ts'
import type { ScriptDoors, ScriptProblem, ScriptReading } from './parse-script.ts'
import { readScript } from './read-script.ts'
import { keyOf } from './script-flags.ts'
import { inOrder } from './script-lines.ts'

/** Reads a script and judges it as the flags of a call would be; variables without a value are no problem here. Problems come in the order of their lines. */
export async function checkScript(file: string, doors: ScriptDoors): Promise<Parsed<ScriptReading>> {
  const read = await readScript(file, doors)
  if ('wrong' in read) return read
  const { script, problems } = read.value
  return { value: { ...read.value, problems: inOrder([...problems, ...(await flagProblems(script))]) } }
}

async function flagProblems({ prompt, flags, whereIs }: ScriptReading['script']): Promise<ScriptProblem[]> {
  const transferTo = await readTransferTargets(flags.transferTo ?? [], checkPhoneNumber)
  const nobody = { out: undefined, to: undefined, from: undefined }
  const { problems } = parseFlags(flags, { ...nobody, prompt: parsePrompt(prompt), transferTo })
  return problems.flatMap(({ flag, item, text }) => {
    const place = whereIs(flag, item)
    return place?.open ? [] : [{ line: place?.line ?? 1, text: `${keyOf(flag)} ${text}` }]
  })
}
