import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createOutlet } from '../../src/reporters/outlet.ts'
import { fakeScreen } from './call-story.ts'

describe('an outlet', () => {
  it('falls silent when the reader goes away, and neither throws nor crashes the process', async () => {
    const reader = spawn(process.execPath, ['-e', 'process.stdin.once("data", () => process.exit())'])
    const gone = once(reader, 'exit')
    const outlet = createOutlet(reader.stdin)
    outlet.write('first line\n')
    await gone
    for (let i = 0; i < 100; i++) {
      outlet.write('a line nobody reads\n')
      await outlet.flush()
    }
    expect(reader.stdin.errored ?? reader.stdin.destroyed).toBeTruthy()
  })

  it('survives a stream that fails with EIO again and again, as a closed terminal does', async () => {
    let attempts = 0
    const stream = new Writable({
      autoDestroy: false,
      write(_chunk, _encoding, done) {
        attempts += 1
        done(Object.assign(new Error('EIO'), { code: 'EIO' }))
      },
    })
    const outlet = createOutlet(stream)
    outlet.write('one')
    await outlet.flush()
    outlet.write('two')
    await outlet.flush()
    expect(attempts).toBe(1)
    stream.emit('error', new Error('once more, late'))
  })

  it('survives a stream whose write throws', async () => {
    const stream = fakeScreen()
    stream.write = () => {
      throw new Error('no')
    }
    const outlet = createOutlet(stream)
    outlet.write('one')
    await outlet.flush()
  })

  it('flushes after everything written has left', async () => {
    const left: string[] = []
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          left.push(chunk.toString())
          done()
        })
      },
    })
    const outlet = createOutlet(stream)
    outlet.write('one')
    outlet.write('two')
    await outlet.flush()
    expect(left.join('')).toBe('onetwo')
  })

  it.each([
    [undefined, 80],
    [0, 80],
    [40, 40],
  ])('takes a width of %s columns as %i', (columns, width) => {
    expect(createOutlet(fakeScreen(columns === undefined ? {} : { columns })).columns).toBe(width)
  })
})
