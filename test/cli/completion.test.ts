/** The completions in the shells themselves. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHELLS, type Shell } from '../../src/cli/completion/shells.ts'
import { TOPICS } from '../../src/cli/help/topics.ts'
import { VOICES } from '../../src/gemini/voices.ts'
import { scenarioNames } from '../../src/sim/load-scenario.ts'
import { runBinary } from './run-binary.ts'

const has = (shell: Shell) => spawnSync(shell, ['-c', 'true']).status === 0

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-completion-'))
  for (const shell of SHELLS) {
    const { stdout, exitCode } = await runBinary(['completion', shell], folder)
    expect(exitCode).toBe(0)
    await writeFile(join(folder, `script.${shell}`), stdout)
  }
  await writeFile(join(folder, 'ask.zsh'), ASK_ZSH)
  await mkdir(join(folder, 'place'))
  await mkdir(join(folder, 'place', 'sub folder'))
  await writeFile(join(folder, 'place', 'my script.yaml'), '')
})
afterAll(() => rm(folder, { recursive: true }))

const runShell = (shell: Shell, script: string) => {
  const { stdout, stderr } = spawnSync(shell, ['-c', script], { cwd: folder, encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

/** What each shell offers for the last of these words; a missing one is the empty word. */
const ASK: Record<Shell, (words: string[]) => string[]> = {
  bash(words) {
    const quoted = words.map((word) => `'${word}'`).join(' ')
    return runShell(
      'bash',
      `. ./script.bash; COMP_WORDS=(ai-caller ${quoted}); COMP_CWORD=${words.length}
       _ai_caller; for one in "\${COMPREPLY[@]}"; do printf '%s\\n' "$one"; done`,
    )
  },
  fish(words) {
    const line = ['ai-caller', ...words].join(' ').replaceAll("'", "\\'")
    return runShell('fish', `source ./script.fish; complete -C '${line}'`).map(
      (one) => one.split('\t')[0] ?? '',
    )
  },
  // Zsh completes in its line editor only: one is run on a terminal of its own, and says what it would offer.
  zsh: (words) =>
    runShell('zsh', `. ./ask.zsh ${quotedWord(['ai-caller', ...words].join(' '))}`)
      .flatMap((one) => one.match(/<<(.+)>>/)?.[1] ?? [])
      .filter((one) => one !== 'done'),
}

const quotedWord = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

const ASK_ZSH = String.raw`
zmodload zsh/zpty
zpty inner zsh -f -i
while read -r one; do zpty -w inner "$one"; done <<'END'
PS1=; autoload -Uz compinit; compinit -u -d ./dump; source ./script.zsh
compadd() { if [[ ${'$'}{@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi; local -a found; builtin compadd -A found "$@"; for one in "${'$'}{found[@]}"; do print -r -- "<<$one>>"; done; builtin compadd "$@"; }
finish() { print '<<'done'>>'; exit; }; zle -N finish; bindkey '^X' finish; bindkey '^I' complete-word; print rea''dy
END
while zpty -r inner out; do [[ $out == *ready* ]] && break; done
zpty -w -n inner "$1"$'\t\x18'
while zpty -r inner out; do print -r -- "$out"; [[ $out == *'<<done>>'* ]] && break; done
`

describe.each(SHELLS)('completion in %s', (shell) => {
  const there = has(shell)
  const ask = (...words: string[]) => [...new Set(ASK[shell](words))].sort()

  if (!there) it.skip(`is not tested: there is no ${shell} on this machine`)

  it.runIf(there)('is a script that the shell can read', () => {
    expect(spawnSync(shell, ['-n', join(folder, `script.${shell}`)]).status).toBe(0)
  })

  it.runIf(there)('offers the commands', () => {
    expect(ask('')).toEqual(
      expect.arrayContaining(['call', 'completion', 'hangup', 'help', 'script', 'voices']),
    )
    expect(ask('v')).toEqual(['voices'])
    expect(ask('script', '')).toEqual(['check'])
  })

  it.runIf(there)('offers the flags of the command, and of no other', () => {
    expect(ask('call', '--on')).toEqual(['--on-machine'])
    expect(ask('voices', '--on')).toEqual([])
    expect(ask('script', 'check', '--j')).toEqual(['--json'])
    expect(ask('call', '+12025550123', '--voice', 'Kore', '--dry')).toEqual(['--dry-run'])
  })

  it.runIf(there)('offers the values that are a closed list', async () => {
    expect(ask('call', '--voice', '')).toEqual(VOICES.map(({ name }) => name).sort())
    expect(ask('call', '--voice', 'K')).toEqual(['Kore'])
    expect(ask('call', '--on-machine', '')).toEqual(['continue', 'hangup', 'leave-message'])
    expect(ask('call', '--start-sensitivity', '')).toEqual(['high', 'low'])
    expect(ask('completion', '')).toEqual(['bash', 'fish', 'zsh'])
    expect(ask('help', 'e')).toEqual(['events', 'exit-codes'])
    expect(ask('help', '')).toEqual(expect.arrayContaining(['call', ...Object.keys(TOPICS)]))
    expect(ask('call', '--simulate', '')).toEqual(expect.arrayContaining(await scenarioNames()))
    expect(ask('call', '--simulate', 'bu')).toEqual(['busy'])
  })

  it.runIf(there)('offers files and folders where these are wanted', () => {
    const bare = (found: string[]) =>
      found.map((one) =>
        one
          .replaceAll('\\', '')
          .trim()
          .replace(/^place\/|\/$/g, ''),
      )
    expect(bare(ask('call', '--script', 'place/my'))).toEqual(['my script.yaml'])
    expect(bare(ask('call', '--out', 'place/'))).toEqual(['sub folder'])
    expect(bare(ask('script', 'check', 'place/my'))).toEqual(['my script.yaml'])
    expect(bare(ask('call', '--simulate', 'place/my'))).toEqual(['my script.yaml'])
  })
})

describe('completion in bash', () => {
  it.runIf(has('bash'))('takes --voice=K for what it is, though bash makes three words of it', () => {
    expect(ASK.bash(['call', '--voice', '=', 'K'])).toEqual(['Kore'])
    expect(ASK.bash(['call', '--voice', '='])).toContain('Puck')
    expect(ASK.bash(['call', '--voice', '=', 'Kore', '--dry'])).toEqual(['--dry-run'])
  })
})
