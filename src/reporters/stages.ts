/** The stages on the way to a conversation: a spinner where one can run, else a line a stage. */
import type { Ora } from 'ora'
import type { Outlet, Screen } from './outlet.ts'
import type { Paint } from './paint.ts'

/** Texts are clean, one line each. */
type Stages = {
  /** A stage that takes a while has begun. */
  waiting(text: string): void
  /** A stage has been reached; what is waited for goes on. */
  done(text: string): void
  /** The conversation begins, or the call is over: nothing moves any more, now or later. May be called again. */
  stop(): void
}

/** Whether a spinner may run on `screen`. In a terminal of 0 columns (`script`, `docker -t`) ora 9 would loop for ever. */
export function canSpin(
  screen: Screen,
  { TERM, CI }: Readonly<Partial<Record<'TERM' | 'CI', string | undefined>>>,
): boolean {
  return screen.isTTY === true && (screen.columns ?? 0) > 0 && TERM !== 'dumb' && !CI
}

/** Stages on `screen`, whose outlet is `out`. `spin`: only when `canSpin` says so. */
export async function createStages(
  screen: Screen,
  out: Outlet,
  paint: Paint,
  spin: boolean,
): Promise<Stages> {
  const spinner = spin ? await createSpinner(screen, paint) : undefined
  let stopped = false
  const stop = () => {
    stopped = true
    // Only once: ora moves the cursor to the first column, where by now the transcript may stand.
    if (spinner?.isSpinning) spinner.stop()
  }
  // ora 9 loops for ever once the terminal reports 0 columns; this listener runs before its next frame.
  const resized = () => {
    if (!screen.columns) stop()
  }
  if (spinner) screen.on('resize', resized)
  return {
    waiting(text) {
      if (spinner && !stopped) spinner.start(`${text}…`)
      else if (!spinner) out.write(`  ${text}…\n`)
    },
    done(text) {
      // ora clears its line for this write and draws it again below.
      out.write(`${paint.good('✓')} ${text}\n`)
    },
    stop() {
      stop()
      screen.removeListener('resize', resized)
    },
  }
}

async function createSpinner(stream: Screen, paint: Paint): Promise<Ora> {
  const { default: ora } = await import('ora')
  // ora colours by chalk's own reading of the environment, so it gets no colour to use; and stdin is not its business: Ctrl-C must stay a signal.
  const spinner = ora({ stream, isEnabled: true, discardStdin: false, color: false })
  spinner.spinner = {
    interval: spinner.interval,
    frames: spinner.spinner.frames.map((frame) => paint.agent(frame)),
  }
  return spinner
}
