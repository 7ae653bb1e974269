/** Times and money in the words of people. */

/** A time inside the call as `mm:ss`, such as `00:03`; minutes go on above 99. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`
}

/** A length of time: `480 ms`, `2.1 s`, `1 min 05 s`. */
export function formatTimeSpan(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`
}

/** An estimated price in US dollars: `about $0.02`. */
export function formatMoney(usd: number): string {
  if (usd === 0) return 'nothing'
  return usd < 0.005 ? 'less than $0.01' : `about $${usd.toFixed(2)}`
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
