import { afterEach, describe, expect, it } from 'vitest'
import type { Stamped } from '../../src/call/events.ts'
import { canSpin } from '../../src/reporters/stages.ts'
import { createTerminalView } from '../../src/reporters/terminal.ts'
import { acts, answered, ended, stamped, turn, words } from './call-story.ts'
import { canOpenPty, openPty, type Pty } from './pty.ts'

const SPINNER_FRAME = /[\u2801-\u28ff]/u

describe.skipIf(!canOpenPty())('the terminal view on a real terminal', () => {
  const open: Pty[] = []
  afterEach(() => {
    for (const pty of open.splice(0)) pty.close()
  })
  async function setUp(columns: number) {
    const pty = await openPty(columns)
    open.push(pty)
    const { screen } = pty
    const view = await createTerminalView({
      stdout: screen,
      stderr: screen,
      detail: 'normal',
      keptIn: () => undefined,
      colour: { stdout: 1, stderr: 1 },
      spinner: canSpin(screen, { TERM: 'xterm' }),
    })
    return {
      pty,
      screen,
      view,
      tell: (events: Stamped[]) => {
        for (const event of events) view.journal?.(event)
      },
    }
  }
  const story = stamped([
    ...answered,
    words('agent', 1, 'Hello.'),
    turn('agent', 1, 'Hello.'),
    words('person', 2, 'A table'),
    ...acts,
    ended,
  ])

  it('spins while it waits, and stops before the first word: from then on nothing moves the cursor', async () => {
    const { pty, view, tell } = await setUp(80)
    tell(story.slice(0, 5))
    await expect.poll(() => pty.seen).toMatch(/[\u2801-\u28ff]\S* Ringing…/u)
    tell(story.slice(5))
    await view.close?.()
    await expect.poll(() => pty.seen).toContain('The person hung up.')
    const [before = '', after = ''] = pty.seen.split('Answered after')
    expect(before.match(new RegExp(SPINNER_FRAME, 'gu'))?.length).toBeGreaterThan(1)
    const afterStop = after.slice(after.indexOf('00:01'))
    expect(afterStop).toContain('Hello.')
    expect(afterStop).toContain('agent uses book_table')
    expect(afterStop).toContain('They are talking')
    expect(afterStop).not.toMatch(SPINNER_FRAME)
    for (const code of afterStop.split('\u001b').slice(1)) expect(code).toMatch(/^\[\d+m/)
  })

  it('keeps notes that come before the talk apart from the spinner', async () => {
    const { pty, view, tell } = await setUp(80)
    tell(story.slice(0, 5))
    await expect.poll(() => pty.seen).toMatch(/[\u2801-\u28ff]\S* Ringing…/u)
    tell(stamped([acts[0]]))
    await expect.poll(() => pty.seen).toMatch(/\[0K\S* {2}A machine answered, says the carrier\S*\r?\n/)
    await view.close?.()
  })

  it('gives back the cursor that the spinner hid', async () => {
    const { pty, view, tell } = await setUp(80)
    tell(story.slice(0, 5))
    await view.close?.()
    await expect
      .poll(() => pty.seen.lastIndexOf('\u001b[?25h'))
      .toBeGreaterThan(pty.seen.lastIndexOf('\u001b[?25l'))
  })

  it('does not spin and does not hang on a terminal of 0 columns', async () => {
    const { pty, view, tell } = await setUp(0)
    tell(story)
    await view.close?.()
    await expect.poll(() => pty.seen).toContain('The person hung up.')
    expect(pty.seen).not.toMatch(SPINNER_FRAME)
    expect(pty.seen).toContain('Ringing…')
  })

  it('stops spinning, and does not hang, when the terminal shrinks to 0 columns', async () => {
    const { pty, screen, view, tell } = await setUp(80)
    tell(story.slice(0, 5))
    await expect.poll(() => pty.seen).toMatch(SPINNER_FRAME)
    screen.columns = 0
    screen.emit('resize')
    tell(story.slice(5))
    await view.close?.()
    await expect.poll(() => pty.seen).toContain('The person hung up.')
  })
})
