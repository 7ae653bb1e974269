import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type RunIdentity, stateOf, thisRun } from '../../src/journal/run-identity.ts'

const self = await thisRun()
const onLinux = process.platform === 'linux'

/** A process that waits to be killed, and its identity as Linux tells it. */
function startSleeper(): { run: RunIdentity; kill(): Promise<void> } {
  const child = spawn('sleep', ['60'])
  const gone = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  const pid = child.pid ?? 0
  return { run: { ...self, pid, started: startOf(pid) }, kill }
}

function startOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? ''
}

describe('a run', () => {
  it('is alive to itself', async () => {
    expect(await stateOf(await thisRun(), self)).toBe('alive')
  })

  it('of another machine cannot be judged', async () => {
    expect(await stateOf({ ...self, host: 'far-away', boot: 'another' }, self)).toBe('elsewhere')
    expect(await stateOf({ ...self, host: 'far-away', boot: null }, { ...self, boot: null })).toBe(
      'elsewhere',
    )
  })
})

describe.runIf(onLinux)('on Linux, a run', () => {
  it('lives until its process is gone', async () => {
    const { run, kill } = startSleeper()
    expect(await stateOf(run, self)).toBe('alive')
    await kill()
    expect(await stateOf(run, self)).toBe('dead')
  })

  it('whose number another process has got is dead', async () => {
    const { run } = startSleeper()
    expect(await stateOf({ ...run, started: String(Number(run.started) - 1) }, self)).toBe('dead')
  })

  it('of an earlier boot is dead, whoever has its number now', async () => {
    expect(await stateOf({ ...self, boot: 'earlier' }, self)).toBe('dead')
  })

  it('keeps its identity when the machine gets another name', async () => {
    expect(await stateOf({ ...self, host: 'renamed' }, self)).toBe('alive')
  })

  it('in another container cannot be judged', async () => {
    expect(await stateOf({ ...self, pidSpace: 'pid:[1]' }, self)).toBe('elsewhere')
  })

  it('that is a zombie is dead', async () => {
    // The shell becomes a program that waits for no child.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
    onTestFinished(async () => {
      parent.kill('SIGKILL')
      await once(parent, 'exit')
    })
    const [line] = await once(parent.stdout, 'data')
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n')
    const pid = Number(String(line))
    const run = { ...self, pid, started: startOf(pid) }
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ')
    expect(await stateOf(run, self)).toBe('dead')
  })
})

describe('where boots have no names, a run', () => {
  const bare = { ...self, boot: null, pidSpace: null }

  it('lives as long as its number does', async () => {
    const { run, kill } = startSleeper()
    const other = { ...bare, pid: run.pid, started: 'its own clock' }
    expect(await stateOf(other, bare)).toBe('alive')
    await kill()
    expect(await stateOf(other, bare)).toBe('dead')
  })

  it('is alive when its process belongs to somebody else', async () => {
    expect(await stateOf({ ...bare, pid: 1, started: 'x' }, bare)).toBe('alive')
  })

  it('is judged by its number too when only one of two could read the name', async () => {
    const { run, kill } = startSleeper()
    expect(await stateOf({ ...run, boot: null }, self)).toBe('alive')
    expect(await stateOf(self, bare)).toBe('alive')
    await kill()
    expect(await stateOf({ ...run, boot: null }, self)).toBe('dead')
  })

  it('that had our own number before us is dead', async () => {
    expect(await stateOf({ ...bare, started: 'earlier' }, bare)).toBe('dead')
    expect(await stateOf(bare, bare)).toBe('alive')
  })
})
