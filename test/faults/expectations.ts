/** What is true of every failure, whatever failed. */
import { expect } from 'vitest'
import type { Stamped } from '../../src/call/events.ts'
import type { Story } from '../stories/story.ts'

/** True of every call that failed before anybody's phone rang. */
export function expectNotDialled(story: Story): void {
  expect(story.twilio.calls).toEqual([])
  expect(story.ended).toMatchObject({ dialled: 'no', hungUp: false, callSid: null })
  expect(story.events.some(({ type }) => type === 'call.created')).toBe(false)
}

/** True of every failure: one sentence, a remedy, and nothing that only a programmer understands. */
export function expectPlainWords(story: Story): void {
  const { message, hint } = story.ended.error ?? {}
  expect(message).toMatch(/^\S.{10,300}$/)
  expect(hint).toMatch(/^\S.{10,400}$/)
  expect(`${message} ${hint}`).not.toMatch(/undefined|\[object|\bat \S+:\d+|Error:/)
}

/** The call was placed once, and is over by our request. */
export function expectHungUp(story: Story): void {
  expect(story.ended).toMatchObject({ dialled: 'yes', hungUp: true })
  expect(story.twilio.calls).toMatchObject([{ status: 'completed', endedBy: 'rest' }])
}

/** The codes of all warnings, in order. */
export function warnings(story: Story): string[] {
  return story.all('warning').map(({ code }) => code)
}

/** What was said, in order. */
export function texts(story: Story): string[] {
  return story.all('turn.ended').map(({ speaker, text }) => `${speaker}: ${text}`)
}

/** Finds an event of this type and, where it has one, of this status. */
export const at = (type: Stamped['type'], status?: string) => (event: Stamped) =>
  event.type === type && (status === undefined || ('status' in event && event.status === status))
