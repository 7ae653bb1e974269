/** The model's calls of the client's functions, until they are answered or taken back. */
import type { Clock } from '../../flow/clock.ts'
import type { AgentTurn } from '../scenario.ts'
import type { ClientConnection } from './client-connection.ts'

/** A call that waits for its answer. */
type OpenCall = {
  id: string
  name: string
  args: Record<string, unknown>
  /** The number of the agent's turn that made it; undefined for a turn on its cue. */
  turn: number | undefined
  /** How often the model has made this call before, because the answer said nothing. */
  repeats: number
}

/** All calls of one talk; they outlive the connection over which they were made. */
export type OpenCalls = {
  /** Makes the calls of an agent's turn in one message: those that the client has declared, since a model can call no others. */
  make(connection: ClientConnection, turn: AgentTurn, number: number | undefined): void
  /** Closes the call that an answer is for; or says what the client did wrong. */
  close(id: string): OpenCall | string
  /** Makes a call again whose answer said nothing; false when the model gives up. */
  again(connection: ClientConnection, call: OpenCall): boolean
  /** Takes back all calls. */
  cancel(connection: ClientConnection): void
  /** The connection is over, and with it what was still planned for its calls. */
  leave(connection: ClientConnection): void
}

/** After results without content 3.8 repeats a call two to five times, as Google's guide to moving there says. */
const MOST_REPEATS = 3

/** No calls yet. */
export function createOpenCalls(clock: Clock, newId: () => string): OpenCalls {
  const open = new Map<string, OpenCall>()
  const cancelled = new Set<string>()
  const planned = new Set<{ connection: ClientConnection; stop: () => void }>()

  const send = (connection: ClientConnection, calls: readonly OpenCall[]) => {
    for (const call of calls) open.set(call.id, call)
    const functionCalls = calls.map(({ id, name, args }) => ({ id, name, args }))
    connection.record.toolCalls.push(...functionCalls)
    connection.send({ toolCall: { functionCalls } })
  }
  const cancel = (connection: ClientConnection, ids: readonly string[]) => {
    const left = ids.filter((id) => open.delete(id))
    if (left.length === 0) return
    for (const id of left) cancelled.add(id)
    connection.record.cancelledCalls.push(...left)
    connection.send({ toolCallCancellation: { ids: left } })
  }
  return {
    make(connection, { tools, cancelToolsMs }, number) {
      const calls = tools
        .filter(({ name }) => connection.settings.toolNames.has(name))
        .map(({ name, args }) => ({ id: newId(), name, args, turn: number, repeats: 0 }))
      if (calls.length === 0) return
      send(connection, calls)
      if (cancelToolsMs === undefined) return
      const stop = clock.after(cancelToolsMs, () => {
        planned.delete(plan)
        cancel(
          connection,
          calls.map(({ id }) => id),
        )
      })
      const plan = { connection, stop }
      planned.add(plan)
    },
    close(id) {
      const call = open.get(id)
      if (call && open.delete(id)) return call
      return `answered a tool call that ${cancelled.has(id) ? 'was cancelled' : 'is not open'}: ${id}`
    },
    again(connection, call) {
      if (call.repeats === MOST_REPEATS) return false
      send(connection, [{ ...call, id: newId(), repeats: call.repeats + 1 }])
      return true
    },
    cancel: (connection) => cancel(connection, [...open.keys()]),
    leave(connection) {
      for (const plan of planned) {
        if (plan.connection !== connection) continue
        planned.delete(plan)
        plan.stop()
      }
    },
  }
}

/** True for a result in which there is nothing for the model: `{}`, or an `output` without content. */
export function saysNothing(response: unknown): boolean {
  if (typeof response !== 'object' || response === null) return true
  const entries = Object.entries(response)
  return entries.every(([name, value]) => name === 'output' && isBlank(value))
}

function isBlank(value: unknown): boolean {
  if (value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
