/** `ai-caller help scripts`. */
import { SCRIPT_SAMPLE } from '../../config/script/script-sample.ts'
import type { Block } from './blocks.ts'

/** What a script is, by one that has every key. */
export function scriptsTopic(): Block[] {
  return [
    {
      type: 'text',
      text: "A script is one file that says who the agent is, what it wants and what it may do: 'ai-caller call NUMBER --script FILE --var name=value'.",
    },
    {
      type: 'text',
      text: 'It is YAML or JSON with these keys, or Markdown with the same keys between two lines of three dashes and the prompt below them. Only the prompt is needed.',
    },
    { type: 'verbatim', text: SCRIPT_SAMPLE },
    {
      type: 'text',
      text: "A value of --var is data: braces and $ in it mean nothing. 'ai-caller script check FILE' says what is wrong with a script, and dials nothing.",
    },
  ]
}
