import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TOPICS } from '../../src/cli/help/topics.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGE = resolve(ROOT, 'man/ai-caller.1')
const hasGroff = spawnSync('groff', ['--version']).status === 0

describe('the man page', () => {
  it('says what the commands and topics say; `node scripts/make-man.mjs` makes it anew', () => {
    const made = execFileSync(process.execPath, ['scripts/make-man.mjs', '--print'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(readFileSync(PAGE, 'utf8')).toBe(made)
  })

  it('has every topic as a section', () => {
    const headings = readFileSync(PAGE, 'utf8').match(/^\.SH .*$/gm)
    for (const name of Object.keys(TOPICS))
      expect(headings).toContain(`.SH ${name.replace('-', ' ').toUpperCase()}`)
  })

  if (!hasGroff) it.skip('is not set: there is no groff on this machine')
  it.runIf(hasGroff)('is set without a warning, in 80 columns, with every character as it is typed', () => {
    const args = ['-man', '-Tutf8', '-ww', '-P-c', '-P-b', '-P-u', PAGE]
    const { stdout, stderr } = spawnSync('groff', args, { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toContain('--voicemail-message')
    expect(stdout).toContain(`jq -r 'select(.type == "turn.ended") | "\\(.speaker): \\(.text)"'`)
    expect(stdout).toContain('~/.local/share/bash-completion')
    expect(stdout.split('\n').filter((line) => line.length > 88)).toEqual([])
  })
})
