/** What is done about silence, in the order of `patience`: words for the model, a new connection, an end. */
import type { End } from '../end-reason.ts'
import { CallError } from '../error.ts'
import type { Emit } from '../events.ts'
import type { ModelLeg } from '../live-model.ts'
import { CUES } from './instructions.ts'
import type { Measures, StallCause } from './patience.ts'

const STALLS = {
  'model-no-greeting': 'the model did not begin to speak; it is asked again',
  'model-no-answer': 'the model did not answer the person; it is asked to',
  'model-empty-turn': 'the model ended its turn without a sound; it is asked to speak',
  'model-silent-audio': 'the model sends silence for speech; it is asked to speak',
  'model-frozen-after-interruption': 'the model fell silent after it was interrupted; it is asked to go on',
  'model-deaf-after-tool': 'the model fell silent after a function returned; it is asked to go on',
} as const satisfies Record<StallCause, string>

/** The measures of one conversation. `cue` gives the model words to act on. */
export function stallMeasures(on: {
  model: ModelLeg
  emit: Emit
  cue: (text: string) => void
  greeting: string
  sayGoodbye: () => void
  giveUp: (end: End) => void
}): Measures {
  const { model, emit, cue } = on
  return {
    stalled: (cause) => emit({ type: 'warning', code: cause, message: STALLS[cause] }),
    greetAgain: () => model.sendText(on.greeting, true),
    nudge: () => model.sendText(CUES.nudge),
    resume: () => model.carryOver('stalled'),
    giveUp: () =>
      on.giveUp(
        new CallError('model-stalled', 'the model no longer answers', {
          hint: 'It was asked again and given a new connection, in vain. Try again, or try another --model.',
        }),
      ),
    rePrompt: () => cue(CUES.rePrompt),
    sayGoodbye: on.sayGoodbye,
  }
}
