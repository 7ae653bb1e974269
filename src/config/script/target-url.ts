/** The address of a tool: variables are the script's, single braces are arguments of the model. Pure. */
import { quoted } from '../parsed.ts'
import { isPrivateHost } from './private-host.ts'

/** Scheme and host, as far as the first slash after them, of an address or of a template of one. */
const ORIGIN = /^(?:[^/?#]*:\/\/)?[^/?#]*/

/** An argument of the model. */
const ARGUMENT = /\{([^{}/?#]*)\}/g

/**
 * A template of an address with its variables replaced. In scheme and host a value stands as it is; behind them it is data and
 * percent-encoded, as arguments are. No value can become an argument.
 */
export function fillUrl(template: string, reference: RegExp, filling: (inside: string) => string): string {
  const { length } = ORIGIN.exec(template)?.[0] ?? ''
  const bare = (value: string) => value.trim().replaceAll('{', '%7B').replaceAll('}', '%7D')
  const origin = template.slice(0, length).replace(reference, (_, inside: string) => bare(filling(inside)))
  const rest = template
    .slice(length)
    .replace(reference, (_, inside: string) => encodeURIComponent(filling(inside)))
  // A base address that ends with a slash would double the one behind it.
  return rest.startsWith('/') ? origin.replace(/\/+$/, '') + rest : origin + rest
}

/** What is wrong with an address, in words that follow its name. `args`: what an argument may be called; `any`: that is not known; undefined: none may stand there. */
export function urlProblems(
  url: string,
  { allowPrivate, args }: { allowPrivate: boolean; args: readonly string[] | 'any' | undefined },
): string[] {
  const problems: string[] = []
  const origin = ORIGIN.exec(url)?.[0] ?? ''
  if (origin.includes('{')) return ['must have no argument in its scheme, host or port']
  const names = [...url.matchAll(ARGUMENT)].map((match) => match[1] ?? '')
  const foreign = [...new Set(names)]
    .filter((name) => args !== 'any' && !args?.includes(name))
    .map((name) => quoted(`{${name}}`))
  if (foreign.length > 0)
    problems.push(
      args
        ? `must have no arguments but the properties of parameters: not ${foreign.join(', ')}`
        : `must have no arguments: not ${foreign.join(', ')}`,
    )
  const plain = url.replaceAll(ARGUMENT, 'x')
  if (/[{}]/.test(plain)) problems.push('must have a closing brace for each opening one')
  const parsed = URL.canParse(plain) ? new URL(plain) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    return [...problems, 'must be an address such as https://api.example.com/tables']
  if (parsed.username || parsed.password)
    problems.push('must have no user name and no password in it; headers are the place for a secret')
  if (parsed.hash) problems.push('must have no fragment')
  if (allowPrivate) return problems
  if (isPrivateHost(parsed.hostname))
    problems.push(
      `must not lead to a private address, ${quoted(parsed.hostname)}, without allow_private: true`,
    )
  else if (parsed.protocol === 'http:')
    problems.push('must be https://; http:// is only for private addresses, with allow_private: true')
  return problems
}
