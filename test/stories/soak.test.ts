import { expect, it } from 'vitest'
import { agent, farewell, person, tell } from './story.ts'

/** Exchanges of question and answer; each takes about ten seconds of the call. */
const EXCHANGES = 400
const QUESTION = 'And then, what did you do?'
const ANSWER = 'Then I went to the next village.'

it('a call of seventy minutes outlives seven connections and a broken one: nothing is lost, doubled or out of order', async () => {
  const story = await tell({
    speed: 60,
    repeat: EXCHANGES,
    turns: [
      agent(QUESTION, { delayMs: 1500 }),
      person(ANSWER, { pauseMs: 2500 }),
      farewell('What a day. Goodbye!'),
    ],
    faults: { goAways: { afterMs: 540_000, timeLeftMs: 50_000 }, modelDropsMs: [2_000_000] },
    flags: { maxDuration: '2h' },
  })
  const stream = story.twilio.calls[0]?.stream
  if (!stream) throw new Error('there was no conversation')
  expect(story.exitCode).toBe(0)
  expect(story.ended.reason).toBe('agent-hung-up')
  expect(story.ended.durationMs).toBeGreaterThan(70 * 60_000)

  const reasons = story.all('model.reconnected').map(({ reason }) => reason)
  expect(reasons.filter((reason) => reason === 'lost')).toHaveLength(1)
  expect(reasons.filter((reason) => reason === 'going-away').length).toBeGreaterThanOrEqual(7)
  expect(reasons).toHaveLength(story.gemini.sessions.length - 1)

  // The transcript: every turn once, whole, in its order. Words around the break may be missing, nothing else.
  const said = story.all('turn.ended').filter(({ interrupted }) => !interrupted)
  expect(said.filter(({ text }) => text === QUESTION).length).toBeGreaterThanOrEqual(EXCHANGES - 1)
  expect(said.filter(({ text }) => text === ANSWER).length).toBeGreaterThanOrEqual(EXCHANGES - 1)
  expect(said.at(-1)?.text).toBe('What a day. Goodbye!')

  // The sound: as long in the recording as on the line, and all of the person's at the model, but for what was on the way when it broke.
  const sound = await story.recording()
  const lineMs = stream.said.length / 8
  expect(Math.abs((sound?.person.length ?? 0) / 8 - lineMs)).toBeLessThan(100)
  const atModelMs = story.gemini.sessions.reduce((ms, session) => ms + session.audio.ms, 0)
  expect(lineMs - atModelMs).toBeLessThan(2000)
  expect(atModelMs - lineMs).toBeLessThan(500)
}, 150_000)
