/** The functions that the model calls: run in time, answered once, given up when nobody wants them, and never in circles. */
import type { Clock } from '../../flow/clock.ts'
import type { Emit } from '../events.ts'
import type { ModelLeg } from '../live-model.ts'
import type { Tool, ToolResult } from '../tools.ts'
import { END_CALL } from './built-in-tools.ts'

/**
 * Calls of one function, each after the result of the last, without a word of the person in between: beyond these they are refused, and
 * after as many more the call ends. Models have been seen to call one function hundreds of times.
 */
const MOST_IN_A_ROW = 5
/** Calls of any functions likewise: they may go round by turns. */
const MOST_IN_ALL = 20
/** A function that takes longer than this leaves the person wondering whether anybody is there … */
const DEAD_AIR_MS = 2000
/** … and is told again after each of these. */
const DEAD_AIR_AGAIN_MS = 10_000

/** One call of a function. */
type ToolCall = { id: string; name: string; args: Record<string, unknown> }

const CIRCLE = {
  error: 'You have called functions many times in a row. Stop that now, and talk to the person.',
}

/** Arguments larger than this are told by their size: they go to every view and every file. */
const MOST_TOLD_CHARS = 8000

/** Runs the functions of one conversation. */
export type ToolCalls = {
  /** Whether the model waits for a result. */
  readonly running: boolean
  call(call: ToolCall): void
  /** The model does not want these results any more. */
  cancelled(ids: readonly string[]): void
  /** The person speaks: what the model does next, it does for a reason. */
  personSpoke(): void
  /** Gives up whatever runs; nothing is answered any more. */
  close(): void
}

/** What the conversation hears of the functions. */
export type ToolNews = {
  /** The model has a result; `silent`: it was told not to speak because of it. */
  answered(silent: boolean): void
  /** A function of the user's takes so long that the person should be told. */
  takesLong(): void
  /** The model calls functions over and over. */
  loop(): void
}

/** `builtIn` functions need no words while they run; nobody is left waiting by them. */
export function createToolCalls(
  { builtIn, users }: { builtIn: readonly Tool[]; users: readonly Tool[] },
  { model, emit, clock }: { model: ModelLeg; emit: Emit; clock: Clock },
  on: ToolNews,
): ToolCalls {
  const tools = new Map([...users, ...builtIn].map((tool) => [tool.name, tool]))
  const running = new Map<string, AbortController>()
  /** Of every call so far, by its id: a server may send one again. */
  const names = new Map<string, string>()
  let last = ''
  let inARow = 0
  let inAll = 0

  const run = async ({ name, args }: ToolCall, stop: AbortSignal): Promise<ToolResult> => {
    const tool = tools.get(name)
    if (!tool) return { error: `There is no function ${name}.` }
    const late = clock.sleep(tool.timeoutMs, stop).then(() => ({
      error: `It took longer than ${Math.round(tool.timeoutMs / 1000)} seconds, and was given up.`,
    }))
    const ran = tool.run(args, stop).catch(() => ({ error: 'It failed.' }))
    return Promise.race([ran, late])
  }
  const finish = ({ id, name }: Pick<ToolCall, 'id' | 'name'>, ok: boolean) => {
    running.get(id)?.abort()
    running.delete(id)
    emit({ type: 'tool.returned', name, ok })
  }
  const comfort = async (stop: AbortSignal) => {
    await clock.sleep(DEAD_AIR_MS, stop)
    while (!stop.aborted) {
      on.takesLong()
      await clock.sleep(DEAD_AIR_AGAIN_MS, stop)
    }
  }
  const perform = async (call: ToolCall) => {
    const stop = new AbortController()
    running.set(call.id, stop)
    if (!builtIn.some(({ name }) => name === call.name)) {
      void comfort(stop.signal)
    }
    const isCircle = inARow > MOST_IN_A_ROW || inAll > MOST_IN_ALL
    const result = isCircle ? CIRCLE : await run(call, stop.signal)
    if (stop.signal.aborted) return
    const ok = 'output' in result
    const silent = ok && result.silent === true
    model.answerTool(call, ok ? { output: result.output } : result, silent)
    finish(call, ok)
    on.answered(silent)
  }
  return {
    get running() {
      return running.size > 0
    },
    call(call) {
      if (names.has(call.id)) return
      names.set(call.id, call.name)
      // Several calls at once are no circle: none of them has seen the result of another. To end the call once is enough.
      const isAnother = call.name === END_CALL.name || running.size === 0
      inARow = call.name !== last ? 1 : inARow + (isAnother ? 1 : 0)
      inAll += 1
      last = call.name
      // Whoever asks again for what is already under way does not go round in circles, and gets no further answer.
      if (inARow > MOST_IN_A_ROW && call.name === END_CALL.name) return
      if (inARow > 2 * MOST_IN_A_ROW || inAll > 2 * MOST_IN_ALL) return on.loop()
      emit({ type: 'tool.called', name: call.name, args: told(call.args) })
      void perform(call)
    },
    cancelled(ids) {
      for (const id of ids) {
        const name = names.get(id)
        if (running.has(id) && name !== undefined) finish({ id, name }, false)
      }
    },
    personSpoke() {
      inARow = 0
      inAll = 0
    },
    close() {
      for (const stop of running.values()) stop.abort()
      running.clear()
    },
  }
}

function told(args: Record<string, unknown>): Record<string, unknown> {
  const { length } = JSON.stringify(args)
  return length > MOST_TOLD_CHARS ? { omitted: `${length} characters` } : args
}
