import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkDeclaration } from '../../../src/gemini/declaration.ts'
import { flagsOf, problemsOf, readText, scriptOf } from './script-text.ts'

describe('a script', () => {
  it('decides whatever the flags of the same names decide, as they would be written', () => {
    const flags = flagsOf(`
prompt: Be kind.
greeting: none
voice: Puck
model: gemini-x
language: de-DE
max_duration: 4m
max_turns: 20
silence_timeout: 20s
ring_timeout: 30s
digits: "ww1"
detect_machine: true
on_machine: leave-message
voicemail_message: Please call back.
transfer_to: { Dana: "+12025550123" }
`)
    expect(flags).toEqual({
      greeting: 'none',
      voice: 'Puck',
      model: 'gemini-x',
      language: 'de-DE',
      maxDuration: '4m',
      maxTurns: '20',
      silenceTimeout: '20s',
      ringTimeout: '30s',
      digits: 'ww1',
      detectMachine: true,
      onMachine: 'leave-message',
      voicemailMessage: 'Please call back.',
      transferTo: ['Dana=+12025550123'],
    })
  })

  it('decides nothing that it does not say', () => {
    expect(scriptOf('prompt: Be kind.')).toMatchObject({
      file: 'test.yaml',
      prompt: 'Be kind.',
      flags: {},
      farewells: [],
      tools: { http: [], mcp: [] },
      secrets: [],
    })
  })

  it('may be JSON', () => {
    const text = '{ "prompt": "Be kind.", "transfer_to": ["+12025550123"] }'
    expect(scriptOf(text, { file: 'test.json' })).toMatchObject({ flags: { transferTo: ['+12025550123'] } })
  })

  it('has functions that are requests, ready to be sent', () => {
    const { tools, secrets } = scriptOf(
      `
prompt: Be kind.
farewell_phrases: [So long]
tools:
  - name: free_tables
    description: Says which tables are free.
    parameters: { type: object, properties: { day: { type: string } } }
    http: { url: "https://api.example.com/{day}/tables" }
  - name: book
    description: Books one.
    http:
      method: post
      url: http://localhost:8080/book
      headers: { Authorization: "Bearer \${API_TOKEN}", X-Guest: "{{guest}} $GUEST_ID" }
      timeout: 30s
      max_response: 1mb
      allow_private: true
`,
      { vars: { guest: 'Dana' }, environment: { API_TOKEN: 'hush', GUEST_ID: '7' } },
    )
    expect(tools.http).toEqual([
      {
        name: 'free_tables',
        description: 'Says which tables are free.',
        parameters: { type: 'object', properties: { day: { type: 'string' } } },
        method: 'GET',
        url: 'https://api.example.com/{day}/tables',
        headers: {},
        timeoutMs: 10_000,
        maxResponseBytes: 65_536,
        allowPrivate: false,
      },
      {
        name: 'book',
        description: 'Books one.',
        parameters: { type: 'object', properties: {} },
        method: 'POST',
        url: 'http://localhost:8080/book',
        headers: { Authorization: 'Bearer hush', 'X-Guest': 'Dana 7' },
        timeoutMs: 30_000,
        maxResponseBytes: 1_048_576,
        allowPrivate: true,
      },
    ])
    expect(secrets).toEqual(['hush', '7'])
  })

  it('has servers of functions: programs in its own folder, or addresses', () => {
    const { tools, secrets } = scriptOf(
      `
prompt: Be kind.
mcp_servers:
  calendar: { command: npx, args: [calendar-server, 5], env: [TOKEN], tools: [find], timeout: 20s }
  files: { command: ./files.mjs, env: { KEY: $TOKEN, MODE: plain } }
  library: { url: https://mcp.example.com/mcp, headers: { Authorization: Bearer $OTHER } }
`,
      { file: 'scripts/test.yaml', environment: { TOKEN: 'hush', OTHER: 'hush too' } },
    )
    const folder = resolve('scripts')
    expect(tools.mcp).toEqual([
      {
        name: 'calendar',
        tools: ['find'],
        timeoutMs: 20_000,
        transport: {
          type: 'stdio',
          command: 'npx',
          args: ['calendar-server', '5'],
          env: { TOKEN: 'hush' },
          folder,
        },
      },
      {
        name: 'files',
        tools: undefined,
        timeoutMs: 10_000,
        transport: {
          type: 'stdio',
          command: './files.mjs',
          args: [],
          env: { KEY: 'hush', MODE: 'plain' },
          folder,
        },
      },
      {
        name: 'library',
        tools: undefined,
        timeoutMs: 10_000,
        transport: {
          type: 'http',
          url: 'https://mcp.example.com/mcp',
          headers: { Authorization: 'Bearer hush too' },
          allowPrivate: false,
        },
      },
    ])
    expect(secrets).toEqual(['hush', 'hush too'])
  })
})

describe('a script that is wrong', () => {
  it('tells every problem at once, each by its line', () => {
    const text = `prompt: Be kind.
voise: Kore
max_turns: [5]
digits: 12
tools:
  - name: end_call
    description: Ends it.
    http: { url: "https://192.168.0.1/{id}", methd: GET }
  - name: look
    http: { url: https://router/, timeout: 2h, max_response: 2mb, headers: { Host: x, "a b": c } }
  - name: look
    description: ""
    parameters: { type: object }
    http: { url: "http://example.com/" }
mcp_servers:
  none: {}
  two: { command: x, url: https://example.com }
  mixed: { command: x, headers: {} }
  "not a name": { url: "https://example.com/{id}" }
`
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^test\.yaml:2: unknown key "voise"; known here: description, prompt/),
      'test.yaml:3: max_turns must be text or a number',
      'test.yaml:4: digits must be keys in quotes, such as "12#"',
      'test.yaml:6: tools.name must not be end_call: every agent has that function already',
      expect.stringMatching(/^test\.yaml:8: unknown key "methd"; known here: method, url/),
      "test.yaml:8: tools.http.url must have no arguments but the properties of parameters: not '{id}'",
      "test.yaml:8: tools.http.url must not lead to a private address, '192.168.0.1', without allow_private: true",
      'test.yaml:9: "description" is missing',
      "test.yaml:10: tools.http.url must not lead to a private address, 'router', without allow_private: true",
      'test.yaml:10: tools.http.headers.Host must not be given: the connection decides it',
      "test.yaml:10: 'a b' cannot be the name of a header",
      "test.yaml:10: tools.http.timeout must be from 1s to 1m, not '2h'",
      "test.yaml:10: tools.http.max_response must be a size such as 64kb, at most 1mb, not '2mb'",
      "test.yaml:11: tools.name must be a name that no other tool has, not 'look'",
      'test.yaml:12: tools.description must not be empty',
      expect.stringMatching(
        /^test\.yaml:14: tools\.http\.url must be https:\/\/; http:\/\/ is only for private/,
      ),
      'test.yaml:16: a server has either the command that starts it or the url where it runs',
      'test.yaml:17: a server has either the command that starts it or the url where it runs',
      'test.yaml:18: mcp_servers.mixed.headers must not be there: only a server with a url has it',
      "test.yaml:19: 'not a name' cannot be the name of a server",
      "test.yaml:19: mcp_servers.not a name.url must have no arguments: not '{id}'",
    ])
  })

  it('has every item of a list and every name of a map judged for itself', () => {
    const text = `prompt: x
mcp_servers:
  a: 5
  b: {}
  c: { nonsense: 1, url: "https://a.com", headers: { A: 5, "b c": x } }
  d:
    command: x
    env:
      - 5
      - 9b
      - "c d"
  e: { command: x, env: { A: 5, "9b": x } }
tools:
  - 5
  - { name: a, bogus: 1, description: b, http: { url: "https://a.com", headers: { A: 5, "b c": x } } }
farewell_phrases: [5, ""]
transfer_to:
  Dana: 5
  Kim: 6
`
    expect(problemsOf(text)).toEqual([
      'test.yaml:3: mcp_servers.a must have keys and values',
      'test.yaml:4: a server has either the command that starts it or the url where it runs',
      expect.stringMatching(/^test\.yaml:5: unknown key "nonsense"/),
      'test.yaml:5: mcp_servers.c.headers.A must be text; put it in quotes',
      "test.yaml:5: 'b c' cannot be the name of a header",
      'test.yaml:9: mcp_servers.d.env must be text; put it in quotes',
      "test.yaml:10: '9b' cannot be the name of a variable",
      "test.yaml:11: 'c d' cannot be the name of a variable",
      'test.yaml:12: mcp_servers.e.env.A must be text; put it in quotes',
      "test.yaml:12: '9b' cannot be the name of a variable",
      'test.yaml:14: a tool has keys and values, such as name: ...',
      expect.stringMatching(/^test\.yaml:15: unknown key "bogus"/),
      'test.yaml:15: tools.http.headers.A must be text; put it in quotes',
      "test.yaml:15: 'b c' cannot be the name of a header",
      'test.yaml:16: farewell_phrases must be text; put it in quotes',
      'test.yaml:16: farewell_phrases must not be empty',
      'test.yaml:18: transfer_to.Dana must be text; put it in quotes',
      'test.yaml:19: transfer_to.Kim must be text; put it in quotes',
    ])
  })

  it.each([
    ['mcp_servers: { x: { command: [a] } }', 'mcp_servers.x.command must be text; put it in quotes'],
    ['mcp_servers: { x: { url: 5 } }', 'mcp_servers.x.url must be text; put it in quotes'],
    [
      'mcp_servers: { x: { url: "http://10.0.0.1", allow_private: "yes" } }',
      'mcp_servers.x.allow_private must be true or false',
    ],
    [
      'tools: [{ name: a, description: b, parameters: 5, http: { url: "https://a.com/{day}" } }]',
      'tools.parameters must be a JSON schema of type object',
    ],
    [
      'tools: [{ name: a, description: b, http: { url: "http://10.0.0.1", allow_private: "yes" } }]',
      'tools.http.allow_private must be true or false',
    ],
  ])('is not told of what follows from another problem: %s', (line, problem) => {
    expect(problemsOf(`prompt: x\n${line}\n`)).toEqual([`test.yaml:2: ${problem}`])
  })

  it('is not told to set a variable of the environment whose name can be none', () => {
    expect(readText('prompt: x\nmcp_servers: { a: { command: x, env: [9b] } }').unset).toEqual([])
  })

  it('leaves the properties of parameters that are wrong to the judge of schemas', () => {
    const text =
      'prompt: x\ntools: [{ name: a, description: b, parameters: { properties: null }, http: { url: "https://a.com/{day}" } }]\n'
    expect(problemsOf(text)).toEqual([])
    expect(problemsOf(text, { checkDeclaration })).toContain(
      'test.yaml:2: tools.parameters.properties must have names with schemas',
    )
  })

  it('tells what the model would refuse of a function, where it stands', () => {
    const text =
      'prompt: x\ntools:\n  - name: a\n    description: b\n    parameters:\n      type: object\n      properties:\n        day: { type: date }\n    http: { url: https://example.com }\n'
    const check = () => [{ path: ['parameters', 'properties', 'day', 'type'], message: 'must be a type' }]
    expect(problemsOf(text, { checkDeclaration: check })).toEqual([
      'test.yaml:8: tools.parameters.properties.day.type must be a type',
    ])
  })

  it.each([
    ['text', 'just words'],
    ['a list', '- a\n- b\n'],
    ['empty', ''],
    ['a comment', '# nothing\n'],
  ])('because it is %s, is told so', (_, text) => {
    expect(problemsOf(text)).toEqual(['test.yaml:1: a script has keys and values, such as prompt: …'])
  })

  it('because its notation is, tells the faults of the notation alone', () => {
    expect(problemsOf('prompt: "a\nvoise: b\n')).toEqual([
      expect.stringMatching(/^test\.yaml:\d: missing closing/),
    ])
    const faults = Array.from({ length: 50 }, (_, index) => `"a${index}`).join('\n')
    expect(problemsOf(faults).length).toBeLessThanOrEqual(5)
  })

  it('quotes no value of the environment', () => {
    const text =
      'prompt: x\ntools:\n  - name: a\n    description: b\n    http: { url: https://example.com, headers: { A: $TOKEN } }\n'
    const problems = problemsOf(text, { environment: { TOKEN: 'hush\nhush' } })
    expect(problems).toEqual(['test.yaml:5: tools.http.headers.A must be one line of plain characters'])
  })

  it('names the variables of the environment that are not set, and says nothing of what needs them', () => {
    const { unset, problems, secrets } = {
      ...readText(`prompt: x
tools:
  - name: a
    description: b
    http: { url: https://example.com, headers: { A: $TOKEN, B: "\${TOKEN} $OTHER $5" } }
mcp_servers:
  c: { command: x, env: [THIRD] }
  d: { command: x, env: { KEY: $FOURTH } }
`),
      secrets: [],
    }
    expect(problems).toEqual([])
    expect(secrets).toEqual([])
    expect(unset).toEqual([
      { name: 'TOKEN', line: 5 },
      { name: 'OTHER', line: 5 },
      { name: 'FOURTH', line: 8 },
      { name: 'THIRD', line: 7 },
    ])
  })

  it('does not take lists for names with values', () => {
    const text = `prompt: x
tools: [[1]]
mcp_servers: [x]
transfer_to: x
variables: {}
`
    expect(problemsOf(text)).toEqual([
      'test.yaml:2: a tool has keys and values, such as name: ...',
      'test.yaml:3: mcp_servers must have names and servers',
      'test.yaml:4: transfer_to must have names with numbers, or be a list of numbers',
    ])
    const tool =
      'prompt: x\ntools:\n  - { name: a, description: b, parameters: [], http: { url: https://a.com, headers: [x] } }\n'
    expect(problemsOf(tool)).toEqual([
      'test.yaml:3: tools.parameters must be a JSON schema of type object',
      'test.yaml:3: tools.http.headers must have names and values',
    ])
  })

  it('cannot steer the terminal that shows its problems', () => {
    const keys = ['voise', 'tools', 'mcp_servers'].map((key) => `"${key}\\e[2J\\u009b\\u202e": 1`).join('\n')
    const text = `prompt: x\n${keys}\nvariables: { "a\\e[2J": x }\nlanguage: ["\\e"]\n`
    const problems = problemsOf(text).join('\n')
    expect(problems.split('\n')).toHaveLength(5)
    expect(problems).toMatch(/^[\x20-\x7E\n]+$/)
  })

  it('nests no deeper than anybody would read', () => {
    const deep = `${'{ a: '.repeat(60)}1${' }'.repeat(60)}`
    const text = `prompt: x\ntools:\n  - name: a\n    description: b\n    parameters: ${deep}\n    http: { url: https://example.com }\n`
    expect(problemsOf(text)).toContain('test.yaml:5: it is nested too deeply')
  })
})

describe('a script in Markdown', () => {
  const MARKDOWN = '---\n# settings\nvoice: Puck\nmax_turns: 0x\n---\n\n# Who you are\n\nBe {{how}}.\n'

  it('has its settings between lines of three dashes, and its prompt below them', () => {
    const { script } = readText(MARKDOWN, { file: 'test.md', vars: { how: 'kind' } })
    expect(script).toMatchObject({ prompt: '# Who you are\n\nBe kind.', flags: { voice: 'Puck' } })
    expect(script.whereIs('voice')).toEqual({ line: 3, open: false })
    expect(script.whereIs('prompt')).toEqual({ line: 7, open: false })
  })

  it('may have no settings at all', () => {
    expect(scriptOf('---\n---\nBe kind.', { file: 'test.md' })).toMatchObject({
      prompt: 'Be kind.',
      flags: {},
    })
  })

  it.each([
    [
      'Be kind.',
      'test.md:1: a script in Markdown begins with settings between two lines of three dashes; the prompt follows',
    ],
    ['---\nvoice: Puck\n', expect.stringMatching(/^test\.md:1: .*two lines of three dashes/)],
    [
      '---\nvoice: Puck\nprompt: Be kind.\n---\nBe kinder.',
      'test.md:3: the prompt is given twice: here, and below the settings',
    ],
    ['---\nvoice: Puck\nvoise: x\n---\nBe kind.', expect.stringMatching(/^test\.md:3: unknown key "voise"/)],
  ])('%j is wrong', (text, problem) => {
    expect(problemsOf(text, { file: 'test.md' })).toEqual([problem])
  })
})
