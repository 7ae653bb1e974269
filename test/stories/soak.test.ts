import { expect, it } from 'vitest'
import { framesLost } from './outcome.ts'
import { agent, farewell, person, tell } from './story.ts'

/** The whole of it takes a minute of two cores: `npm run test:long`. */
const isLong = process.env.npm_lifecycle_event === 'test:long'
/** Exchanges of question and answer; each takes about nine seconds of the call. */
const EXCHANGES = isLong ? 480 : 100
const MINUTES = isLong ? 70 : 14
const CONNECTIONS = isLong ? 6 : 1
const QUESTION = 'And then, what did you do?'
const ANSWER = 'Then I went to the next village.'

it(`a call of ${MINUTES} minutes outlives ${CONNECTIONS} session moves and a broken connection: nothing is lost, doubled or out of order`, async () => {
  const story = await tell({
    speed: 100,
    repeat: EXCHANGES,
    turns: [
      agent(QUESTION, { delayMs: 1500 }),
      person(ANSWER, { pauseMs: 2500 }),
      farewell('What a day. Goodbye!'),
    ],
    faults: { goAways: { afterMs: 540_000, timeLeftMs: 50_000 }, modelDropsMs: [800_000] },
    flags: { maxDuration: '2h' },
  })
  const stream = story.twilio.calls[0]?.stream
  if (!stream) throw new Error('there was no conversation')
  expect(story.exitCode).toBe(0)
  expect(story.ended.reason).toBe('agent-hung-up')
  expect(story.ended.durationMs).toBeGreaterThan(MINUTES * 60_000)

  const reasons = story.all('model.reconnected').map(({ reason }) => reason)
  expect(reasons.filter((reason) => reason === 'lost')).toHaveLength(1)
  expect(reasons.filter((reason) => reason === 'going-away').length).toBeGreaterThanOrEqual(CONNECTIONS)
  expect(reasons).toHaveLength(story.gemini.sessions.length - 1)

  // The transcript: every turn once, whole, in its order; the exchange in which the connection broke may have been said anew.
  const said = story.all('turn.ended').filter(({ interrupted }) => !interrupted)
  expect(Math.abs(said.filter(({ text }) => text === QUESTION).length - EXCHANGES)).toBeLessThanOrEqual(1)
  expect(Math.abs(said.filter(({ text }) => text === ANSWER).length - EXCHANGES)).toBeLessThanOrEqual(1)
  expect(said.at(-1)?.text).toBe('What a day. Goodbye!')

  // The sound: as long in the recording as on the line, and all of the person's at the model, but for what was on the way when it broke.
  const sound = await story.recording()
  expect(Math.abs((sound?.person.length ?? 0) - stream.said.length) / 8).toBeLessThan(100)
  expect(framesLost(story)).toBeLessThan(50)
}, 150_000)
