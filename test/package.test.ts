/** What goes to the registry. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

describe('the package', () => {
  it('holds what is run and read, and nothing else', () => {
    // Without scripts: the build is there already, and others are using it.
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(stdout)
    const paths = files.map(({ path }) => path)
    expect([...new Set(paths.map((path) => path.replace(/\/.*/, '/')))].sort()).toEqual(
      ['LICENSE', 'README.md', 'bin/', 'dist/', 'man/', 'package.json'].sort(),
    )
    for (const path of [
      'bin/ai-caller.js',
      'dist/cli/main.js',
      'man/ai-caller.1',
      'dist/sim/scenarios/default.yaml',
    ])
      expect(paths).toContain(path)
    expect(paths.filter((path) => /\.(ts|map|tsbuildinfo)$|test/.test(path))).toEqual([])
  })

  it('names its man page', () => {
    const { man }: { man: string[] } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'))
    expect(man).toEqual(['man/ai-caller.1'])
  })
})
