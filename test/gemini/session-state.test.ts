import { describe, expect, it } from 'vitest'
import type { ModelEvent } from '../../src/call/live-model.ts'
import { createSessionState } from '../../src/gemini/session-state.ts'

const audio: ModelEvent = { type: 'audio', pcm: Int16Array.of(1) }
const over: ModelEvent = { type: 'turn-complete' }
const handle: ModelEvent = { type: 'resumable', handle: 'h1' }
const call: ModelEvent = { type: 'tool-call', id: 'a', name: 'note', args: {} }

function having(...events: ModelEvent[]) {
  const state = createSessionState()
  for (const event of events) state.note(event)
  return state
}

describe('the state of a session', () => {
  it('keeps the last good handle while the session is not resumable', () => {
    expect(having().handle).toBeUndefined()
    expect(having(handle, { type: 'resumable', handle: undefined }).handle).toBe('h1')
    expect(having(handle, { type: 'resumable', handle: 'h2' }).handle).toBe('h2')
  })

  it('knows a handle as current until the model says something more', () => {
    expect(having(handle).handleIsCurrent).toBe(true)
    expect(having(handle, { type: 'turn-complete' }).handleIsCurrent).toBe(true)
    expect(having(handle, audio).handleIsCurrent).toBe(false)
    expect(having(handle, { type: 'agent-text', text: 'x' }).handleIsCurrent).toBe(false)
    expect(having(handle, call).handleIsCurrent).toBe(false)
    expect(having(handle, { type: 'resumable', handle: undefined }).handleIsCurrent).toBe(false)
  })

  it('rests after a turn, whether its handle comes before or after its end', () => {
    expect(having(audio, over, handle).rests).toBe(true)
    expect(having(audio, handle, over).rests).toBe(true)
  })

  it.each<[string, ModelEvent[]]>([
    ['before anybody spoke', [handle]],
    ['without a handle', [audio, over]],
    ['with the handle of an earlier moment', [handle, audio, over]],
    ['while the agent speaks', [audio, over, handle, audio]],
    ['while the person speaks', [audio, over, handle, { type: 'person-text', text: 'yes' }]],
    ['after an interruption', [audio, { type: 'interrupted' }, over, handle]],
    ['when an interruption comes after the turn', [audio, over, handle, { type: 'interrupted' }]],
    ['while a tool runs', [audio, call, over, handle]],
  ])('does not rest %s', (_when, events) => {
    expect(having(...events).rests).toBe(false)
  })

  it('rests again once a tool call is answered or cancelled, and after the turn that follows an interruption', () => {
    const state = having(audio, call, over, handle)
    expect(state.answer('a')).toBe(true)
    expect(state.rests).toBe(true)
    expect(having(audio, call, over, handle, { type: 'tool-cancelled', ids: ['a'] }).rests).toBe(true)
    expect(having(audio, { type: 'interrupted' }, over, audio, over, handle).rests).toBe(true)
  })

  it('takes one answer for each call', () => {
    const state = having(call)
    expect([state.answer('b'), state.answer('a'), state.answer('a')]).toEqual([false, true, false])
  })

  it('forgets handle and calls when a fresh session takes over', () => {
    const state = having(audio, call, over, handle)
    expect(state.startAfresh()).toEqual(['a'])
    expect(state).toMatchObject({ handle: undefined, handleIsCurrent: false, rests: false })
    expect(state.answer('a')).toBe(false)
  })
})
