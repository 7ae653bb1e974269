/** A URL template and the model's arguments -> the URL to ask, and what is left over. Pure. */

/** `rest`: the arguments that no placeholder took. `error`: one sentence for the model. */
export type FilledUrl = { url: URL; rest: Record<string, unknown> } | { error: string }

/** Scheme, host and port, which no argument may touch. */
const ORIGIN = /^[^/?#]*:\/\/[^/?#\\]*/
const PLACEHOLDER = /\{([^{}/?#]*)\}/g

/**
 * Replaces every `{name}` in the path and the query of `template`, an absolute `http` or `https` URL, with the argument of that name,
 * percent-encoded. An argument stays inside its segment of the path: it can lead neither up nor elsewhere.
 * @throws TypeError when the template is no URL
 */
export function fillUrl(template: string, args: Readonly<Record<string, unknown>>): FilledUrl {
  const [origin = ''] = ORIGIN.exec(template) ?? []
  const [rest = ''] = template.slice(origin.length).split('#')
  const [path = '', ...query] = rest.split('?')
  const values = new Map(Object.entries(args).map(([name, value]) => [name, scalarText(value)]))
  const wanted = (part: string) => [...part.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
  // An empty segment would be another address: `/users/` instead of `/users/7`.
  const missing = [
    ...wanted(path).filter((name) => !values.get(name)),
    ...wanted(query.join('?')).filter((name) => values.get(name) === undefined),
  ]
  if (missing.length > 0)
    return { error: `These arguments must be given as text or numbers: ${[...new Set(missing)].join(', ')}.` }
  const fill = (part: string) =>
    part.replace(PLACEHOLDER, (_, name: string) => encodeURIComponent(values.get(name) ?? ''))
  for (const segment of path.split('/'))
    if (segment.includes('{') && leadsElsewhere(fill(segment)))
      return { error: `These arguments must not be, or contain, a path: ${wanted(segment).join(', ')}.` }
  const url = new URL(origin + fill(rest))
  const used = new Set(wanted(rest))
  const left = Object.entries(args).filter(([name]) => !used.has(name))
  return { url, rest: Object.fromEntries(left) }
}

/** Adds arguments to the query; lists become repeated names. What the template says itself cannot be said again. */
export function addToQuery(url: URL, args: Readonly<Record<string, unknown>>): URL {
  const added = new URLSearchParams()
  for (const [name, value] of Object.entries(args)) {
    if (url.searchParams.has(name)) continue
    for (const item of Array.isArray(value) ? value : [value]) {
      const text =
        scalarText(item) ?? (item === null || item === undefined ? undefined : JSON.stringify(item))
      if (text !== undefined) added.append(name, text)
    }
  }
  if (added.size === 0) return url
  const longer = new URL(url)
  longer.search = url.search === '' ? `${added}` : `${url.search}&${added}`
  return longer
}

/** Text without lone surrogates, which cannot be encoded; undefined for what is not a single value. */
function scalarText(value: unknown): string | undefined {
  const scalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  return scalar ? String(value).replace(/\p{Cs}/gu, '\uFFFD') : undefined
}

/** `.` and `..` are steps in any encoding, and some servers decode `%2F` before they follow them. */
function leadsElsewhere(segment: string): boolean {
  const steps = segment.replaceAll(/%2e/gi, '.').split(/%2f|%5c/i)
  return steps.some((step) => step === '.' || step === '..')
}
