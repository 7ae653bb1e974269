/** The door to @google/genai: opens a session of its kind, which is one connection of ours, over a socket of ours and with nothing left to the environment. */
import type { GoogleGenAI, LiveConnectConfig, Session } from '@google/genai'
import type { ModelSocket } from './socket.ts'

/** What of the SDK's privates we replace. */
type SocketOwner = { webSocketFactory: Pick<ModelSocket, 'create'> }

/** Where Gemini is when nobody says otherwise. */
export const GEMINI_BASE_URL = 'https://generativelanguage.googleapis.com'

/** Loads the SDK, some 200 ms, for whoever wants to have that behind. */
export async function loadSdk(): Promise<void> {
  await import('@google/genai')
}

/** The SDK's client for a key, with nothing left to the environment. */
export async function createSdk(server: { apiKey: string; baseUrl: string }): Promise<GoogleGenAI> {
  const { GoogleGenAI } = await import('@google/genai')
  return quietly(
    () =>
      new GoogleGenAI({
        apiKey: server.apiKey,
        // Explicit, or GOOGLE_GENAI_USE_VERTEXAI in the environment would take us to another service.
        vertexai: false,
        apiVersion: 'v1beta',
        httpOptions: {
          baseUrl: server.baseUrl,
          headers: { 'x-goog-api-key': server.apiKey },
          // A redirect would take the key along, wherever it leads.
          fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
        },
      }),
  )
}

/**
 * Opens a session over `socket`. Resolves once the server has confirmed the setup; when the connection fails before that, it never
 * settles: that is for the socket's owner to notice. The key goes into the URL (the SDK's way) and into a header (which newer keys need).
 */
export async function openSdkSession(
  server: { apiKey: string; baseUrl: string },
  session: { model: string; config: LiveConnectConfig },
  socket: ModelSocket,
): Promise<Session> {
  const ai = await createSdk(server)
  // Private in the SDK's types, and the only way to own the socket: its connect() has no deadline, no abort and no limit of size.
  const owner = ai.live as unknown as SocketOwner
  owner.webSocketFactory = socket
  // The messages go past the SDK: it would parse them again, and break on some.
  return quietly(() => ai.live.connect({ ...session, callbacks: { onmessage: () => {} } }))
}

/** Runs `work` without the SDK's warnings (such as that both variables for the key are set): the terminal is not the SDK's. Must not await. */
function quietly<T>(work: () => T): T {
  const terminal = console
  const { warn } = terminal
  terminal.warn = () => {}
  try {
    return work()
  } finally {
    terminal.warn = warn
  }
}
