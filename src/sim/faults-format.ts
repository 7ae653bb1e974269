/** The faults in a scenario file: see `scenario-format.ts` for what an author writes. */
import * as v from 'valibot'
import { fields, flag, listOf, oneOf, text, whole } from '../text/format-parts.ts'
import type { Faults, StallKind } from './scenario.ts'
import { duration } from './scenario-duration.ts'

const STALLS = [
  'empty-turn',
  'freeze-after-interruption',
  'no-turn-complete',
  'silent-audio',
  'deaf-after-tool',
  'no-answer',
  'greeting-text-ignored',
] as const satisfies readonly StallKind[]

const REST_ERROR = fields({ status: whole(400, 599), code: whole(0, 99999), message: text })

/** `faults:` of a scenario file. */
export const FAULTS = v.pipe(
  fields({
    dial_error: v.optional(REST_ERROR),
    dial_reset: v.optional(oneOf('lost', 'refused')),
    trial_account: v.optional(flag),
    callbacks: v.optional(oneOf('none', 'doubled', 'reversed')),
    media_never: v.optional(flag),
    media_drop: v.optional(duration),
    hang_up_errors: v.optional(whole(0, 1000)),
    redirect_error: v.optional(REST_ERROR),
    redirect_reset: v.optional(oneOf('lost', 'refused')),
    redirect_drops_media: v.optional(flag),
    model_http: v.optional(whole(400, 599)),
    model_silent: v.optional(flag),
    model_close: v.optional(
      fields({ turn: whole(0, 1000), code: whole(1000, 4999), reason: v.optional(text, '') }),
    ),
    go_away: v.optional(fields({ after: duration, time_left: duration })),
    model_drops: v.optional(listOf(duration)),
    resume: v.optional(oneOf('ok', 'refused-while-open', 'refused')),
    stalls: v.optional(
      listOf(
        fields({ turn: whole(1, 10_000), kind: oneOf(...STALLS), nudges: v.optional(whole(1, 1000), 1) }),
      ),
    ),
    media_gaps: v.optional(listOf(fields({ at: duration, for: duration }))),
  }),
  v.transform(
    (f): Faults => ({
      ...(f.dial_error && { dialError: f.dial_error }),
      ...(f.dial_reset && { dialReset: f.dial_reset }),
      ...(f.trial_account && { trialAccount: true }),
      ...(f.callbacks && { callbacks: f.callbacks }),
      ...(f.media_never && { mediaNever: true }),
      ...(f.media_drop !== undefined && { mediaDropMs: f.media_drop }),
      ...(f.hang_up_errors !== undefined && { hangUpErrors: f.hang_up_errors }),
      ...(f.redirect_error && { redirectError: f.redirect_error }),
      ...(f.redirect_reset && { redirectReset: f.redirect_reset }),
      ...(f.redirect_drops_media && { redirectDropsMedia: true }),
      ...(f.model_http !== undefined && { modelHttp: f.model_http }),
      ...(f.model_silent && { modelSilent: true }),
      ...(f.model_close && { modelClose: f.model_close }),
      ...(f.go_away && { goAways: { afterMs: f.go_away.after, timeLeftMs: f.go_away.time_left } }),
      ...(f.model_drops && { modelDropsMs: f.model_drops }),
      ...(f.resume && { resume: f.resume }),
      ...(f.stalls && { stalls: f.stalls }),
      ...(f.media_gaps && { mediaGaps: f.media_gaps.map((gap) => ({ atMs: gap.at, forMs: gap.for })) }),
    }),
  ),
)
