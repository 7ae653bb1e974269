/** A run of its own, as built, that notes calls and then does as it is told: so that it can be killed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const BUILT = fileURLToPath(new URL('../../dist/journal/journal.js', import.meta.url))

/** Answers each line of JSON, `[step, ...arguments]`, with a line: the warnings so far. */
const RUN = `
const { createInterface } = await import('node:readline')
const { createJournal } = await import(process.argv[1])
const warnings = []
const warn = (code, message) => warnings.push(code + ': ' + message)
const journal = createJournal({ home: process.argv[2], accountSid: process.argv[3], warn })
let note
for await (const line of createInterface(process.stdin)) {
  const [step, ...args] = JSON.parse(line)
  if (step === 'intend') note = await journal.intend(...args)
  else await note[step](...args)
  console.log(JSON.stringify(warnings))
}
`

export const ACCOUNT_SID = 'ACf00dfacef00dfacef00dfacef00dface'
export const CALL = { to: '+14155550123', from: '+14155550100', longestMs: 360_000 }

export type NotingRun = {
  pid: number
  /** Does one step of the journal or its note; resolves, with the warnings so far, when it is done. */
  step(name: 'intend' | 'placed' | 'extend' | 'over', ...args: unknown[]): Promise<string[]>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
}

/** Starts a run that is killed with the test. `limited`: shell words before the program, such as `ulimit -f 0; exec`. */
export function startRun(home: string, { limited = 'exec', accountSid = ACCOUNT_SID } = {}): NotingRun {
  const script = `${limited} "$0" --input-type=module -e "$1" "$2" "$3" "$4"`
  const child = spawn('sh', ['-c', script, process.execPath, RUN, BUILT, home, accountSid], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  return {
    pid: child.pid ?? 0,
    async step(...words) {
      child.stdin.write(`${JSON.stringify(words)}\n`)
      const { value, done } = await answers.next()
      if (done) throw new Error('the run has ended')
      return JSON.parse(value)
    },
    kill,
  }
}
