/** What is done about silence, in the order of `patience`: words for the model, a new connection, an end. */
import type { End } from '../end-reason.ts'
import { CallError } from '../error.ts'
import type { Emit } from '../events.ts'
import type { ModelLeg } from '../live-model.ts'
import { warning } from '../warnings.ts'
import { CUES } from './instructions.ts'
import type { Measures } from './patience.ts'

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
    stalled: (cause) => emit(warning(cause)),
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
