import { describe, expect, it } from 'vitest'
import { isPrivateHost } from '../../../src/config/script/private-host.ts'
import { fillUrl, urlProblems } from '../../../src/config/script/target-url.ts'
import { REFERENCE } from '../../../src/config/script/variables.ts'

const fill = (template: string, values: Record<string, string>) =>
  fillUrl(template, REFERENCE, (name) => values[name] ?? '')

describe('a variable in an address', () => {
  it.each([
    ['{{base}}/incidents/{id}', { base: 'http://localhost:8080/' }, 'http://localhost:8080/incidents/{id}'],
    ['{{base}}/x', { base: 'https://example.com/v1' }, 'https://example.com/v1/x'],
    ['https://{{host}}/x', { host: 'api.example.com:8443' }, 'https://api.example.com:8443/x'],
    ['{{scheme}}://{{host}}/x', { scheme: 'https', host: 'a.com' }, 'https://a.com/x'],
    [
      'https://a.com/{{name}}?q={{name}}',
      { name: 'Dana & Kim/../x?' },
      'https://a.com/Dana%20%26%20Kim%2F..%2Fx%3F?q=Dana%20%26%20Kim%2F..%2Fx%3F',
    ],
  ])('%s with %j is %s', (template, values, url) => {
    expect(fill(template, values)).toBe(url)
  })

  it('cannot become an argument of the model', () => {
    expect(fill('{{base}}/{{name}}', { base: 'https://a.com/{id}', name: '{id}' })).toBe(
      'https://a.com/%7Bid%7D/%7Bid%7D',
    )
  })
})

const judge = (url: string, { allowPrivate = false, args = ['id', 'day'] } = {}) =>
  urlProblems(url, { allowPrivate, args })

describe('an address', () => {
  it.each(['https://example.com', 'https://example.com:8443/a/{id}/b?day={day}&x=1', 'https://8.8.8.8/'])(
    '%s is right',
    (url) => {
      expect(judge(url)).toEqual([])
    },
  )

  it.each<[string, RegExp]>([
    ['https://{id}.example.com/', /^must have no argument in its scheme, host or port$/],
    ['{id}://example.com/', /^must have no argument in its scheme/],
    ['https://example.com:{id}/', /^must have no argument in its scheme/],
    ['{id}', /^must have no argument in its scheme/],
    ['https://example.com\\{id}', /^must have no argument in its scheme/],
    [
      'https://example.com/{other}',
      /^must have no arguments but the properties of parameters: not '\{other\}'$/,
    ],
    ['https://example.com/{}', /not '\{\}'$/],
    ['https://example.com/{id', /^must have a closing brace for each opening one$/],
    ['https://example.com/id}', /^must have a closing brace/],
    ['/tables', /^must be an address such as https/],
    ['', /^must be an address/],
    ['ftp://example.com/', /^must be an address/],
    ['javascript:alert(1)', /^must be an address/],
    ['https://dana:hush@example.com/', /^must have no user name and no password in it/],
    ['https://example.com/#x', /^must have no fragment$/],
    ['http://example.com/', /^must be https:\/\//],
  ])('%s is wrong', (url, problem) => {
    expect(judge(url)).toEqual([expect.stringMatching(problem)])
    expect(judge(url).join()).not.toContain('hush')
  })

  it('of an MCP server has no arguments', () => {
    expect(urlProblems('https://example.com/{id}', { allowPrivate: false, args: undefined })).toEqual([
      "must have no arguments: not '{id}'",
    ])
  })

  it.each([
    'https://localhost/',
    'https://LOCALHOST./',
    'http://localhost:8080/{id}',
    'https://a.localhost/',
    'https://printer.local/',
    'https://api.internal/',
    'https://router/',
    'https://nas.home.arpa/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://10.1.2.3/',
    'https://172.20.0.1/',
    'https://192.168.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
  ])('%s is private, and needs allow_private', (url) => {
    expect(judge(url)).toEqual([
      expect.stringMatching(/^must not lead to a private address, '.+', without allow_private: true$/),
    ])
    expect(judge(url, { allowPrivate: true })).toEqual([])
  })

  it('of the public is none', () => {
    for (const host of [
      'example.com',
      'localhost.example.com',
      '11.0.0.1',
      '172.32.0.1',
      '[2606:4700::1111]',
      'mylocal',
    ])
      expect([host, isPrivateHost(host)]).toEqual([host, host === 'mylocal'])
  })
})
