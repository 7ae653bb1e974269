/** What can be read off a story: what was said and answered, and what was lost. */
import { createResampler } from '../../src/audio/resample.ts'
import { soundPrints } from '../../src/sim/gemini/sound-print.ts'
import type { Simulation } from '../../src/sim/simulation.ts'
import type { Story } from './story.ts'

/** Who said what, turn by turn. */
export function texts(story: Story): string[] {
  return story.all('turn.ended').map(({ speaker, text }) => `${speaker}: ${text}`)
}

/** The codes of what the user was warned of. */
export function warnings(story: Story): string[] {
  return story.all('warning').map(({ code }) => code)
}

/** What the model was answered, and whether it was told not to speak. */
export function answers(story: Story): { name: string | undefined; response: unknown; silent: boolean }[] {
  return story.gemini.sessions.flatMap(({ toolResponses }) =>
    toolResponses.map(({ name, response, scheduling }) => ({
      name,
      response,
      silent: scheduling === 'SILENT',
    })),
  )
}

/** The call that was placed. @throws when there was none */
export function theCall(story: Story): Simulation['twilio']['calls'][number] {
  const [call] = story.twilio.calls
  if (!call) throw new Error('nobody was rung')
  return call
}

/**
 * How many of the person's frames did not reach the model over any of its connections, up to the end of the talk. Silence between two
 * media streams may be filled.
 * @throws when one came twice or out of order
 */
export function framesLost(story: Pick<Story, 'twilio' | 'gemini'>): number {
  const streams = story.twilio.calls[0]?.streams ?? []
  const said = Int16Array.from(streams.flatMap((stream) => [...stream.said]))
  // The filter between the two rates remembers, so prints are compared with those of the same sound through the same filter.
  const expected = soundPrints(createResampler(8000, 16_000).push(said), 16_000)
  const [silence] = soundPrints(new Int16Array(320), 16_000)
  const fills = streams.length > 1
  let at = 0
  let lost = 0
  // The last print of a session is of a piece of a frame, or of nothing.
  for (const session of story.gemini.sessions)
    for (const print of session.audio.prints.slice(0, Math.floor(session.audio.ms / 20))) {
      if (fills && print === silence && expected[at] !== silence) continue
      const next = expected.indexOf(print, at)
      if (next === -1) throw new Error(`frame ${at} of the person came twice or out of order`)
      lost += next - at
      at = next + 1
    }
  return lost
}
