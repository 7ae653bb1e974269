/** Shows the results: on a terminal each as soon as it is there, in a pipe all of them in their order at the end, or as JSON. */
import { escapeUnsafe } from '../../reporters/clean-text.ts'
import { createOutlet } from '../../reporters/outlet.ts'
import { colourLevel, createPaint } from '../../reporters/paint.ts'
import { canSpin, createStages } from '../../reporters/stages.ts'
import type { Output } from '../context.ts'
import { wrap } from '../help/blocks.ts'
import type { Check, Result } from './check.ts'
import { resultLines, verdict } from './result-lines.ts'
import type { SettingRow } from './setting-rows.ts'

/** Told each result as it comes, and all of them at the end. */
export type StatusView = {
  done(result: Result): void
  /** `tip`: what else could be asked. */
  end(results: readonly Result[], tip: string | undefined): void
}

/** One JSON object at the end. */
export function createJsonView({ stdout }: Output, settings: readonly SettingRow[]): StatusView {
  return {
    done() {},
    end(results) {
      const ready = results.every(({ state }) => state !== 'failed')
      const checks = results.map(({ name, state, ms, detail, hint = null }) => ({
        name,
        state,
        ms,
        detail,
        hint,
      }))
      stdout.write(`${escapeUnsafe(JSON.stringify({ ready, checks, settings }))}\n`)
    },
  }
}

/** Lines for people. */
export async function createStatusView(
  { stdout, environment }: Output,
  checks: readonly Check[],
  offline: boolean,
): Promise<StatusView> {
  const out = createOutlet(stdout)
  const paint = await createPaint(colourLevel(stdout, environment))
  const spin = canSpin(stdout, environment)
  const stages = spin ? await createStages(stdout, out, paint, spin) : undefined
  const columns = () => (stdout.isTTY ? out.columns : Number.POSITIVE_INFINITY)
  const hints = new Set<string>()
  const show = (result: Result) => {
    // Of one cause there may be many lines: only those that fail each repeat what to do.
    const { hint = '', ...rest } = result
    const isTold = result.state !== 'failed' && hints.has(hint)
    hints.add(hint)
    out.write(resultLines(isTold ? rest : result, paint, columns()))
  }
  const pending = new Map(checks.map(({ name, title }) => [name, title]))
  const wait = () => {
    const [next, ...others] = pending.values()
    if (next === undefined) stages?.stop()
    else stages?.waiting(others.length > 0 ? `${next} and ${others.length} more` : next)
  }
  wait()
  return {
    done(result) {
      pending.delete(result.name)
      if (stdout.isTTY) show(result)
      wait()
    },
    end(results, tip) {
      if (!stdout.isTTY) results.forEach(show)
      out.write(`\n${wrap(verdict(results, offline), columns()).join('\n')}\n`)
      if (tip !== undefined && stdout.isTTY)
        out.write(
          `${wrap(tip, columns())
            .map((line) => paint.faint(line))
            .join('\n')}\n`,
        )
    },
  }
}
