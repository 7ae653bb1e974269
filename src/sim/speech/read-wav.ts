/** Reads WAV files: 16-bit PCM or 8-bit mu-law, any rate, any number of channels (the first is taken). */

import { decodeUlaw } from '../g711.ts'

/** One channel of sound: signed 16-bit samples at `rate` Hz. */
export type Sound = { pcm: Int16Array; rate: number }

const PCM = 1
const MU_LAW = 7
const EXTENSIBLE = 0xfffe

/**
 * The sound in a RIFF/WAVE file. http://soundfile.sapp.org/doc/WaveFormat/
 * @throws Error with a sentence for the author of the file
 */
export function readWav(file: Buffer): Sound {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error('this is not a WAV file')
  let format: Buffer | undefined
  let data: Buffer | undefined
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4)
    const size = file.readUInt32LE(at + 4)
    const body = file.subarray(at + 8, at + 8 + size)
    if (id === 'fmt ') format = body
    if (id === 'data') data = body
    at += 8 + size + (size % 2) // Chunks begin at even places.
  }
  if (!format || format.length < 16 || !data) throw new Error('this WAV file has no sound in it')

  const declared = format.readUInt16LE(0)
  const code = declared === EXTENSIBLE && format.length >= 26 ? format.readUInt16LE(24) : declared
  const channels = format.readUInt16LE(2)
  const rate = format.readUInt32LE(4)
  const bits = format.readUInt16LE(14)
  if (channels === 0 || rate < 4000 || rate > 192000) throw new Error('this WAV file has a broken header')
  if (code === PCM && bits === 16)
    return { pcm: samples(data, 2 * channels, (at) => data.readInt16LE(at)), rate }
  if (code === MU_LAW && bits === 8) {
    const ulaw = decodeUlaw(data)
    return { pcm: samples(data, channels, (at) => ulaw[at] ?? 0), rate }
  }
  throw new Error('only WAV files with 16-bit PCM or mu-law sound can be read')
}

function samples(data: Buffer, step: number, read: (at: number) => number): Int16Array {
  const pcm = new Int16Array(Math.floor(data.length / step))
  for (let i = 0; i < pcm.length; i += 1) pcm[i] = read(i * step)
  return pcm
}
