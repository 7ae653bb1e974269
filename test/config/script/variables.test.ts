import { describe, expect, it } from 'vitest'
import { missingProblem, scriptLines, unknownVars } from '../../../src/config/script/script-lines.ts'
import { parseVars } from '../../../src/config/script/variables.ts'
import { problemsOf, readText, scriptOf } from './script-text.ts'

describe('variables', () => {
  it('are filled into every text, in any number, with or without spaces', () => {
    const { script } = readText(
      `
description: For {{guest}}
prompt: "{{guest}} and {{ guest }}, {{n-1}}"
greeting: Hello {{guest}}
transfer_to: { "a": "{{number}}" }
farewell_phrases: ["Bye {{guest}}"]
tools:
  - name: look
    description: Looks for {{guest}}.
    parameters: { type: object, properties: { day: { type: string, description: "As {{guest}} says." } } }
    http: { url: https://example.com, headers: { X: "{{guest}}" } }
`,
      { vars: { guest: 'Dana', 'n-1': '5', number: '+12025550123' } },
    )
    expect(script).toMatchObject({
      description: 'For Dana',
      prompt: 'Dana and Dana, 5',
      flags: { greeting: 'Hello Dana', transferTo: ['a=+12025550123'] },
      farewells: ['Bye Dana'],
    })
    expect(script.tools.http[0]).toMatchObject({
      description: 'Looks for Dana.',
      parameters: { properties: { day: { description: 'As Dana says.' } } },
      headers: { X: 'Dana' },
    })
  })

  it('have the defaults of the script, which --var overrides, with an empty text too', () => {
    const text = 'variables: { guest: Dana, note: here }\nprompt: "{{guest}} {{note}}."\n'
    expect(scriptOf(text).prompt).toBe('Dana here.')
    expect(scriptOf(text, { vars: { guest: 'Kim', note: '' } }).prompt).toBe('Kim .')
  })

  it.each([
    'a: b\nvoice: x',
    '{{other}} {{guest}}',
    '$TOKEN $' + '{TOKEN}',
    '"quotes" & <tags> \\ # !',
    '$& $1 $$',
  ])('are text and nothing else: %j', (guest) => {
    const text =
      'prompt: "{{guest}}"\ntools:\n  - name: a\n    description: b\n    http: { url: https://example.com, headers: { A: "{{guest}}" } }\n'
    const { script, unset } = readText(text, { vars: { guest }, environment: { TOKEN: 'hush' } })
    expect(script.prompt).toBe(guest)
    expect(script.flags).toEqual({})
    expect(script.secrets).toEqual([])
    expect(unset).toEqual([])
    // A header of several lines is refused.
    if (!guest.includes('\n')) expect(script.tools.http[0]?.headers).toEqual({ A: guest })
  })

  it('that are missing are one problem that names them all', () => {
    const reading = readText('prompt: "{{guest}} {{day}}"\nvoice: "{{voice}}"\nmax_turns: "{{turns}}"\n', {
      vars: { day: 'today' },
    })
    expect(scriptLines('test.yaml', [...reading.problems, ...missingProblem(reading)])).toEqual([
      'test.yaml:1: these variables have no value: guest, voice, turns; give them with --var guest=... --var voice=... --var turns=...',
    ])
    expect(missingProblem(readText('prompt: x'))).toEqual([])
  })

  it('that are declared without a default must be given, used or not', () => {
    const reading = readText('variables:\n  guest:\n  day: today\nprompt: x\n')
    expect(reading.missing).toEqual([{ name: 'guest', line: 2 }])
    expect(reading.variables).toEqual([
      { name: 'guest', preset: undefined },
      { name: 'day', preset: 'today' },
    ])
  })

  it.each([
    [
      'variables: { guest: x }\nprompt: "{{geust}}"\n',
      "test.yaml:2: 'geust' is not among the variables of this script",
    ],
    [
      'prompt: "{{guest name}}"\n',
      expect.stringMatching(/^test\.yaml:1: 'guest name' cannot be the name of a variable/),
    ],
    ['prompt: "{{}}"\n', expect.stringMatching(/^test\.yaml:1: '' cannot be the name/)],
    ['prompt: "a {{guest"\n', "test.yaml:1: '{{' has no end: a variable is written {{name}}"],
    ['variables: { 9x: y }\nprompt: x\n', expect.stringMatching(/^test\.yaml:1: '9x' cannot be the name/)],
    ['variables: { party: 4 }\nprompt: x\n', 'test.yaml:1: variables.party must be text; put it in quotes'],
    ['variables: [guest]\nprompt: x\n', 'test.yaml:1: variables must have names, with defaults or without'],
    [
      'variables: { a: "{{b}}", b: x }\nprompt: x\n',
      'test.yaml:1: variables.a must be plain text: a default cannot refer to a variable',
    ],
  ])('%j is wrong', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })

  it.each([
    'variables: { n: 4 }\nprompt: "{{n}}"',
    'variables: { 9x: }\nprompt: x',
    'variables: [guest]\nprompt: "{{guest}}"',
    'prompt: "{{guest name}}"',
  ])('that are wrong are not called missing too: %j', (text) => {
    expect(problemsOf(text)).toHaveLength(1)
    expect(missingProblem(readText(text))).toEqual([])
  })

  it('that are wrong are told on their own lines, each name once in a line', () => {
    const text = `variables: { guest: x }
prompt: | # {{comment}}
  Call {{guest}}.

  {{oops}} and {{oops}}
    {{bad name}}

  {{oops}}
greeting: >-
  Hello {{guest}},
  this is
  {{who}}

  speaking. {{ open
voice: "one
  {{two}}"
language: 'it''s
  {{three}}'
model: "\\x7b{hidden}}
  {{four}}"
description: plain
  {{five}}
`
    const unknown = (line: number, name: string) =>
      `test.yaml:${line}: '${name}' is not among the variables of this script`
    expect(problemsOf(text)).toEqual([
      unknown(5, 'oops'),
      expect.stringMatching(/^test\.yaml:6: 'bad name' cannot be the name of a variable/),
      unknown(8, 'oops'),
      unknown(12, 'who'),
      "test.yaml:14: '{{' has no end: a variable is written {{name}}",
      unknown(16, 'two'),
      unknown(18, 'three'),
      // An escape hides a brace of the first: then the line of the key must do.
      unknown(19, 'hidden'),
      unknown(19, 'four'),
      unknown(22, 'five'),
    ])
  })

  it('in the prompt of a Markdown file are told on their own lines', () => {
    const text = '---\nvariables: { guest: x }\n---\n\nHello {{guest}}.\n\nThis is {{who}},\n{{what}}.\n'
    expect(problemsOf(text, { file: 'test.md' })).toEqual([
      "test.md:7: 'who' is not among the variables of this script",
      "test.md:8: 'what' is not among the variables of this script",
    ])
  })

  it('without a value are told where the first of them stands', () => {
    const { missing } = readText('prompt: |\n  Hello.\n  This is {{who}}.\n')
    expect(missing).toEqual([{ name: 'who', line: 3 }])
  })

  it('that no --var gives hide no other problem, and are not judged themselves', () => {
    const text = `prompt: x
voise: x
tools:
  - name: "{{name}}"
    description: b
    http: { url: "{{base}}/x", timeout: "{{timeout}}", methd: x }
`
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('test.yaml:2: unknown key'),
      expect.stringContaining('test.yaml:6: unknown key'),
    ])
  })
})

describe('--var', () => {
  it('is a name, an equals sign, and whatever follows', () => {
    expect([...parseVars(['a=b', 'c=d=e', 'f=', 'g-1= x ']).values]).toEqual([
      ['a', 'b'],
      ['c', 'd=e'],
      ['f', ''],
      ['g-1', ' x '],
    ])
  })

  it('is refused without a name, and when it is given twice', () => {
    expect(parseVars(['a', '=b', '9=x', 'a b=c', 'd=1', 'd=2']).problems).toEqual([
      "must be name=value, not 'a'",
      "must be name=value, not '=b'",
      "must be name=value, not '9=x'",
      "must be name=value, not 'a b=c'",
      'gives d twice',
    ])
  })

  it('is refused when the script has no such variable', () => {
    const { values } = parseVars(['geust=Dana', 'constructor=x', 'guest=Kim'])
    expect(unknownVars(values, [readText('prompt: "{{guest}} {{day}}"')])).toEqual([
      "--var 'geust' is no variable of the script; it has: guest, day",
      "--var 'constructor' is no variable of the script; it has: guest, day",
    ])
    expect(unknownVars(values, [readText('prompt: x')])[0]).toBe(
      "--var 'geust' is no variable of the script; it has none",
    )
  })

  it.each(['variables: [night]\nprompt: x', 'prompt: "x'])(
    'is not judged while the variables of the script cannot be read: %j',
    (text) => {
      expect(unknownVars(new Map([['night', 'x']]), [readText(text)])).toEqual([])
    },
  )
})
