/** Measures a finished recording by simple means of its own: no code of the product, so that the two cannot share a mistake. */

/** The two sides of a call as `recording()` gives them, 8000 Hz. */
export type Recording = { person: Int16Array; agent: Int16Array }

/** Where somebody can be heard, in ms. */
export type Span = { fromMs: number; toMs: number }

const SAMPLES_PER_MS = 8
const WINDOW_MS = 10
/** -45 dBFS, as a mean square. */
const LOUD = 32768 ** 2 * 10 ** -4.5
const SHORTEST_MS = 50
const LONGEST_PAUSE_MS = 300

/** The utterances on one side: loud windows, joined over pauses; what is shorter than speech is left out. */
export function utterances(pcm: Int16Array): Span[] {
  const spans: Span[] = []
  const windowSamples = WINDOW_MS * SAMPLES_PER_MS
  for (let start = 0; start + windowSamples <= pcm.length; start += windowSamples) {
    let energy = 0
    for (let i = start; i < start + windowSamples; i++) energy += (pcm[i] ?? 0) ** 2
    if (energy / windowSamples < LOUD) continue
    const fromMs = start / SAMPLES_PER_MS
    const latest = spans.at(-1)
    if (latest && fromMs - latest.toMs < LONGEST_PAUSE_MS) latest.toMs = fromMs + WINDOW_MS
    else spans.push({ fromMs, toMs: fromMs + WINDOW_MS })
  }
  return spans.filter(({ fromMs, toMs }) => toMs - fromMs >= SHORTEST_MS)
}

/**
 * How long the person waited for each answer, in ms, in order: from the end of an utterance of theirs to the beginning of the agent's first one
 * after it. An utterance that the agent speaks into, or after which the person is first to speak again, has no answer.
 */
export function waitsInRecording({ person, agent }: Recording): number[] {
  const answers = utterances(agent)
  const speeches = utterances(person)
  return speeches.flatMap(({ toMs }, i) => {
    const nextMs = speeches[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY
    const answer = answers.find(({ fromMs }) => fromMs >= toMs && fromMs < nextMs)
    const spokenInto = answers.some((span) => span.fromMs < toMs && span.toMs > toMs)
    return answer && !spokenInto ? [answer.fromMs - toMs] : []
  })
}
