/** Puts something of a test's own between the program and the world, and takes it away again. */
import { afterEach } from 'vitest'
import type { Settings } from '../../src/config/settings.ts'
import type { Simulation } from '../../src/sim/simulation.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

const opened: { close(): Promise<void> }[] = []

/** To be called once in a file: closes after each test what was put in between. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })
}

/** Closes it after the test. */
export function keep<T extends { close(): Promise<void> }>(one: T): T {
  opened.push(one)
  return one
}

/** The listener's own address for a public one. */
export const publicAt = (host: string): Settings => ({ PUBLIC_WS_URL: `ws://${host}/ws` })

/** A wire on the way to the model; `use` is given it. */
export function wireToModel(use: (wire: FaultProxy) => void) {
  return async ({ gemini }: Simulation, port: number): Promise<Settings> => {
    const wire = keep(await startFaultProxy(Number(new URL(gemini.baseUrl).port)))
    use(wire)
    return { ...publicAt(`127.0.0.1:${port}`), GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${wire.port}` }
  }
}

/** A wire between the phone company and the listener; `use` is given it. */
export function wireToPhone(use: (wire: FaultProxy) => void) {
  return async (_: Simulation, port: number): Promise<Settings> => {
    const wire = keep(await startFaultProxy(port))
    use(wire)
    return publicAt(`127.0.0.1:${wire.port}`)
  }
}
