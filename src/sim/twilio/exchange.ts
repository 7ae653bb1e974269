/** What all calls of one simulated Twilio share. */
import type { Clock } from '../../flow/clock.ts'
import type { Faults, PhoneScript } from '../scenario.ts'
import type { Journal } from './journal.ts'
import type { PersonLine } from './person.ts'

/** The API version in every path, resource and callback. */
export const API_VERSION = '2010-04-01'

/** The one account there is. */
export type SimulatedAccount = { sid: string; authToken: string; phoneNumber: string; phoneNumberSid: string }

/** Shared by everything behind one REST address. */
export type Exchange = {
  account: SimulatedAccount
  clock: Clock
  phone: PhoneScript
  /** What the person will say, turn by turn, in every call. */
  lines: readonly PersonLine[]
  faults: Faults
  journal: Journal
  /** Aborts when the simulator closes. */
  closed: AbortSignal
}
