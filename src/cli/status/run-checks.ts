/** Runs all checks at once; each has its own deadline, and none waits for another. */
import { CallError, toCallError } from '../../call/error.ts'
import { withDeadline } from '../../flow/deadline.ts'
import { type Check, type Finding, type Result, told } from './check.ts'

/** Resolves with the results in the order of `checks`; `done` is told each as soon as it is there. Never rejects. */
export function runChecks(checks: readonly Check[], done: (result: Result) => void): Promise<Result[]> {
  const run = async (check: Check): Promise<Result> => {
    const startedAtMs = performance.now()
    const finding = await findWithin(check)
    const tookMs = Math.round(performance.now() - startedAtMs)
    const { name, title } = check
    const result = { name, title, ms: finding.state === 'skipped' ? null : tookMs, ...finding }
    done(result)
    return result
  }
  return Promise.all(checks.map(run))
}

async function findWithin({ look, withinMs, late }: Check): Promise<Finding> {
  const stop = new AbortController()
  const tooLate = new CallError('internal', `no answer within ${withinMs / 1000} s`, {
    hint: 'Check the network: a firewall or a proxy may hold the connection.',
  })
  try {
    return await withDeadline(look(stop.signal), withinMs, () => tooLate)
  } catch (error) {
    if (error !== tooLate) return told(toCallError(error))
    stop.abort(tooLate)
    return told(tooLate, late)
  }
}
