/** What the model may do besides talking, and a limit to how often. */
import type { Emit } from '../events.ts'
import type { ModelLeg } from '../live-model.ts'
import type { ToolDeclaration } from '../tools.ts'

/** Ends the call once the farewell has been heard. Calling it again changes nothing. */
export const END_CALL = {
  name: 'end_call',
  description:
    'Hang up the phone. Say goodbye first, then call this. Call it when the conversation has reached its end, or when the person asks you to hang up.',
  parameters: { type: 'object', properties: {} },
} as const satisfies ToolDeclaration

/** Calls of one function without a word of the person in between; models have been seen to call one hundreds of times. */
const MOST_IN_A_ROW = 5

/** One call of a function. */
type ToolCall = { id: string; name: string; args: Record<string, unknown> }

/** Runs the functions of one conversation. */
export type ToolCalls = {
  call(call: ToolCall): void
  /** The person speaks: what the model does next, it does for a reason. */
  personSpoke(): void
}

/** `endCall`: the model wants to end the call. `loop`: it calls one function over and over. */
export function createToolCalls(
  model: ModelLeg,
  emit: Emit,
  on: { endCall: () => void; unknown: () => void; loop: () => void },
): ToolCalls {
  let last = ''
  let inARow = 0
  return {
    call(call) {
      inARow = call.name === last ? inARow + 1 : 1
      last = call.name
      const known = call.name === END_CALL.name
      // Whoever asks again for what is already under way does not go round in circles, and gets no further answer.
      if (inARow > MOST_IN_A_ROW) return known ? undefined : on.loop()
      emit({ type: 'tool.called', name: call.name, args: call.args })
      model.answerTool(
        call,
        known ? { output: 'ok' } : { error: `There is no function ${call.name}.` },
        known,
      )
      emit({ type: 'tool.returned', name: call.name, ok: known })
      if (known) on.endCall()
      else on.unknown()
    },
    personSpoke() {
      inARow = 0
    },
  }
}
