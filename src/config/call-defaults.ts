/** What holds when a flag of `call` is absent, written as on the command line. A file of its own: help shows it and loads nothing else. */
export const DEFAULTS = {
  voice: 'Kore',
  model: 'gemini-3.8-live',
  maxDuration: '5m',
  silenceTimeout: '15s',
  ringTimeout: '45s',
  inputRate: '16000',
  onMachine: 'hangup',
  // What is right for a telephone:
  /** Quick to notice a short "yes" in narrow-band sound: https://github.com/google-gemini/live-api-web-console/issues/142 */
  startSensitivity: 'high',
  /** Slow to take a pause for thought as the end: https://github.com/google-gemini/gemini-live-api-examples/issues/37 */
  endSensitivity: 'low',
  /** For the short "yes" again: speech of this length counts as speech. Google's own example figure. */
  prefixPadding: '20ms',
  /**
   * Silence of this length ends a turn: it is also the least time in which the agent can answer. Models before 3.8 are reported not to
   * heed it: https://github.com/googleapis/python-genai/issues/2580
   */
  silenceDuration: '500ms',
} as const
