/** What each REST request does. Pure routing: no HTTP here. */
import { readCallOrder } from './call-order.ts'
import { readCallUpdate } from './call-update.ts'
import { answerDestination } from './destinations.ts'
import { API_VERSION, type Exchange } from './exchange.ts'
import { acceptCall, type LiveCall } from './live-call.ts'
import { accountResource, balanceResource, callResource, listPage, numberResource } from './resources.ts'
import { badRequest, errorBody, notFound, type RestError } from './rest-error.ts'

/** A request that has passed authentication. `path` is without the query. */
type RestCall = { method: string; path: string; query: URLSearchParams; form: URLSearchParams }

/** The answer to a request; `reset` breaks the connection instead. */
export type RestAnswer = { status: number; body: Record<string, unknown> } | 'reset'

/** Answers requests and keeps the calls. */
export type RestRoutes = {
  /** In the order placed. */
  readonly calls: readonly LiveCall[]
  answer(request: RestCall): RestAnswer
}

const FINAL = ['completed', 'busy', 'no-answer', 'failed', 'canceled']

/** The routes of one account. */
export function createRestRoutes(exchange: Exchange): RestRoutes {
  const { account, faults } = exchange
  const isTrial = faults.trialAccount === true
  const home = `/${API_VERSION}/Accounts/${account.sid}`
  const calls: LiveCall[] = []
  let hangUpErrors = faults.hangUpErrors ?? 0

  const ok = (body: Record<string, unknown>): RestAnswer => ({ status: 200, body })
  const refuse = (error: RestError): RestAnswer => ({ status: error.status, body: errorBody(error) })
  const resource = (call: LiveCall) => callResource(account, call.state)

  const create = (form: URLSearchParams): RestAnswer => {
    if (faults.dialReset === 'refused') return 'reset'
    if (faults.dialError) return refuse(faults.dialError)
    const order = readCallOrder(form, account, isTrial)
    if ('status' in order) return refuse(order)
    const call = acceptCall(exchange, order)
    calls.push(call)
    exchange.journal.changed()
    return faults.dialReset === 'lost' ? 'reset' : { status: 201, body: resource(call) }
  }
  const list = ({ path, query }: RestCall): RestAnswer => {
    const matches = calls
      .filter(({ state: { seen } }) => matchesFilter(query, 'To', seen.to))
      .filter(({ state: { seen } }) => matchesFilter(query, 'From', seen.from))
      .map(resource)
      .filter((call) => matchesFilter(query, 'Status', String(call.status)))
    return ok(listPage('calls', matches.reverse(), path, query))
  }
  const update = (call: LiveCall, form: URLSearchParams): RestAnswer => {
    const { seen } = call.state
    const order = readCallUpdate(form)
    if ('status' in order) return refuse(order)
    const { ends, twiml, timeLimitMs } = order
    for (const warning of order.warnings) exchange.journal.warn({ ...warning, callSid: seen.sid })
    if (ends && hangUpErrors > 0) {
      hangUpErrors -= 1
      return refuse({ status: 503, code: 20503, message: 'Service unavailable' })
    }
    if (twiml !== undefined && faults.redirectReset === 'refused') return 'reset'
    if (twiml !== undefined && faults.redirectError) return refuse(faults.redirectError)
    if (FINAL.includes(seen.status)) return refuse(badRequest(21220, 'Call is not in-progress.'))
    if (twiml !== undefined && seen.status !== 'in-progress')
      return refuse(badRequest(21220, 'Call is not in-progress. Cannot redirect.'))
    if (timeLimitMs !== undefined && !call.limit(timeLimitMs))
      return refuse(badRequest(13216, 'Invalid TimeLimit: the call has lasted longer'))
    if (ends === 'completed' || (ends === 'canceled' && seen.status !== 'in-progress')) call.end()
    if (twiml !== undefined) call.redirect(twiml)
    if (twiml !== undefined && faults.redirectReset === 'lost') return 'reset'
    return ok(resource(call))
  }

  const other = ({ method, path, query }: RestCall): RestAnswer => {
    const found = method === 'GET' ? answerDestination(path, query) : undefined
    if (found === undefined) return refuse(notFound(path))
    return 'refusal' in found ? refuse(found.refusal) : ok(found.resource)
  }

  return {
    calls,
    answer(request) {
      const { method, path, form, query } = request
      const number = numberResource(account)
      const found = /^\/Calls\/(CA[0-9a-f]{32})\.json$/.exec(path.slice(home.length))
      const call = calls.find(({ state }) => state.seen.sid === found?.[1])
      if (call && method === 'GET') return ok(resource(call))
      if (call && method === 'POST') return update(call, form)
      switch (`${method} ${path}`) {
        case `GET ${home}.json`:
          return ok(accountResource(account, isTrial))
        case `GET ${home}/Balance.json`:
          return ok(balanceResource(account))
        case `GET ${home}/IncomingPhoneNumbers.json`: {
          const wanted = matchesFilter(query, 'PhoneNumber', account.phoneNumber)
          return ok(listPage('incoming_phone_numbers', wanted ? [number] : [], path, query))
        }
        case `GET ${home}/OutgoingCallerIds.json`:
          return ok(listPage('outgoing_caller_ids', [], path, query))
        case `GET ${home}/Calls.json`:
          return list(request)
        case `POST ${home}/Calls.json`:
          return create(form)
        default:
          return other(request)
      }
    },
  }
}

function matchesFilter(query: URLSearchParams, name: string, value: string): boolean {
  const wanted = query.get(name)
  return wanted === null || wanted === value
}
