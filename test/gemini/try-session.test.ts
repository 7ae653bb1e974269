import { describe, expect, it } from 'vitest'
import { trySession } from '../../src/gemini/try-session.ts'
import { leaveNothing } from '../left-open.ts'
import { apiKey } from './frames.ts'
import { type LiveConnection, startLiveServer } from './live-server.ts'

leaveNothing()

/** Confirms the setup; `act` is what the words get for an answer. */
const answering = (act: (connection: LiveConnection) => void) => (connection: LiveConnection) => {
  connection.ws.once('message', () => {
    connection.ws.once('message', () => act(connection))
    connection.send({ setupComplete: {} })
  })
}

describe('a session that is tried', () => {
  it.each([
    [1007, 'Request contains an invalid argument.', 'model-refused'],
    [1008, 'Operation is not implemented, or supported, or enabled.', 'model-refused'],
    [1011, 'Internal error encountered.', 'model-lost'],
  ])('and closed with %i %s says so, and is not tried twice', async (closeCode, reason, code) => {
    const server = await startLiveServer({ session: answering(({ ws }) => ws.close(closeCode, reason)) })
    const voice = { model: 'gemini-3.8-live', voice: 'Kore' }
    const access = { apiKey, baseUrl: server.baseUrl }
    const trial = trySession(access, voice, 5000, new AbortController().signal)
    await expect(trial).rejects.toMatchObject({ code, message: expect.stringContaining(reason.slice(0, -1)) })
    expect(server.upgrades).toHaveLength(1)
    await server.close()
  })
})
