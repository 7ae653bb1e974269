/** Token counts as the real service reports them: the whole conversation is billed again with every turn. */

/** Counts one session. Sound is 25 tokens a second in both directions, text about 4 characters a token. */
export type UsageLedger = {
  /** Sound that came from the client, silence included: the model always listens. */
  heard(ms: number): void
  /** Text that came from the client. */
  read(text: string): void
  /** Closes a turn that generated this much; returns its `usageMetadata`. */
  turn(soundMs: number, characters: number): Record<string, unknown>
}

const TOKENS_PER_MS = 25 / 1000

/** What the client lets the service forget: beyond `triggerTokens` in the prompt, all but the latest `targetTokens`. */
export type Compression = { triggerTokens: number; targetTokens: number }

/** A ledger that starts with the setup's own tokens, which are never forgotten. */
export function createUsageLedger(promptTokens: number, compression?: Compression): UsageLedger {
  let heardMs = 0
  let textTokens = promptTokens
  let spokenTokens = 0
  let turns = 0
  /** Tokens of sound that have left the window. */
  let forgotten = 0
  return {
    heard(ms) {
      heardMs += ms
    },
    read(text) {
      textTokens += Math.ceil(text.length / 4)
    },
    turn(soundMs, characters) {
      turns += 1
      const audioIn = Math.round(heardMs * TOKENS_PER_MS) + spokenTokens - forgotten
      const audioOut = Math.round(soundMs * TOKENS_PER_MS)
      const textOut = Math.ceil(characters / 4)
      // The real details miss 25 to 51 tokens of the sum; nobody outside knows why.
      const promptTokenCount = textTokens + audioIn + 25 + ((turns * 7) % 27)
      const responseTokenCount = audioOut + textOut
      const usage = {
        promptTokenCount,
        responseTokenCount,
        totalTokenCount: promptTokenCount + responseTokenCount,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: textTokens },
          { modality: 'AUDIO', tokenCount: audioIn },
        ],
        responseTokensDetails: [
          { modality: 'TEXT', tokenCount: textOut },
          { modality: 'AUDIO', tokenCount: audioOut },
        ],
      }
      spokenTokens += audioOut
      textTokens += textOut
      if (compression && textTokens + audioIn + audioOut > compression.triggerTokens) {
        forgotten += Math.max(0, audioIn + audioOut - compression.targetTokens)
        textTokens = promptTokens
      }
      return usage
    },
  }
}
