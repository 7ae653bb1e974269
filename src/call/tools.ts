/** What the model may do besides talking. */
import type { ToolDeclaration } from './ports.ts'

/** Ends the call once the farewell has been heard. Calling it again changes nothing. */
export const END_CALL = {
  name: 'end_call',
  description:
    'Hang up the phone. Say goodbye first, then call this. Call it when the conversation has reached its end, or when the person asks you to hang up.',
  parameters: { type: 'object', properties: {} },
} as const satisfies ToolDeclaration
