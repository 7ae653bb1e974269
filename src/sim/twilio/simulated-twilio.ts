/** A simulated Twilio: its REST API, its callbacks and its media streams, on loopback sockets, for one scenario. */
import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Clock } from '../../flow/clock.ts'
import type { PersonTurn, Scenario } from '../scenario.ts'
import { turnsInOrder } from '../turn-order.ts'
import type { Exchange } from './exchange.ts'
import { newSid } from './formats.ts'
import { createJournal } from './journal.ts'
import type { SimulatedTwilio } from './observations.ts'
import { toLines } from './person.ts'
import { createRestRoutes } from './rest-routes.ts'
import { startRestServer } from './rest-server.ts'

/** The number of the simulated account; from the range reserved for fiction. */
const PHONE_NUMBER = '+12025550100'

/** What a simulated Twilio needs. */
type SimulatedTwilioOptions = {
  /** Every call lives through the whole scenario anew. `speed` is the clock's affair. */
  scenario: Scenario
  clock: Clock
  /** The sound of a person's turn that has words: 16-bit mono at 8000 Hz. */
  speech: (turn: PersonTurn) => Promise<Int16Array>
  /** Where to listen on 127.0.0.1 (default 0: any free port). */
  port?: number
}

/**
 * Makes what the person will say, then listens on 127.0.0.1.
 * @throws whatever `speech` rejects with, and the system's error when the port cannot be had
 */
export async function startSimulatedTwilio({
  scenario,
  clock,
  speech,
  port = 0,
}: SimulatedTwilioOptions): Promise<SimulatedTwilio> {
  const closing = new AbortController()
  // One for each callback that is on its way, of any number of calls: what Node warns of is no leak here.
  setMaxListeners(0, closing.signal)
  const journal = createJournal()
  const exchange: Exchange = {
    account: {
      sid: newSid('AC'),
      authToken: randomBytes(16).toString('hex'),
      phoneNumber: PHONE_NUMBER,
      phoneNumberSid: newSid('PN'),
    },
    clock,
    phone: scenario.phone,
    lines: await toLines(turnsInOrder(scenario), speech),
    faults: scenario.faults,
    journal,
    closed: closing.signal,
  }
  const routes = createRestRoutes(exchange)
  const server = await startRestServer(exchange, routes, port)
  let closed: Promise<void> | undefined

  return {
    baseUrl: server.baseUrl,
    accountSid: exchange.account.sid,
    authToken: exchange.account.authToken,
    phoneNumber: exchange.account.phoneNumber,
    get calls() {
      return routes.calls.map((call) => call.state.seen)
    },
    requests: journal.requests,
    warnings: journal.warnings,
    waitFor: journal.waitFor,
    watch: journal.watch,
    close() {
      closing.abort()
      for (const call of routes.calls) call.abandon()
      journal.close()
      closed ??= server.close()
      return closed
    },
  }
}
