import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEnvironment } from '../../src/config/env.ts'
import { readOutFolder } from '../../src/config/out-folder.ts'
import { readPrompt } from '../../src/config/prompt.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-env-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('the environment', () => {
  it('wins over .env, and an empty value counts as absent', async () => {
    await writeFile(
      join(folder, '.env'),
      'PORT=1\r\nNGROK_DOMAIN="a.example"\nGOOGLE_API_KEY=from-file\nTWILIO_AUTH_TOKEN=\n',
    )
    const { settings, sources } = await readEnvironment(
      { PORT: '2', GOOGLE_API_KEY: ' ', NGROK_DOMAIN: '' },
      folder,
    )
    expect(settings).toEqual({ PORT: '2', NGROK_DOMAIN: 'a.example', GOOGLE_API_KEY: 'from-file' })
    expect(sources).toEqual({ PORT: 'environment', NGROK_DOMAIN: '.env', GOOGLE_API_KEY: '.env' })
  })

  it('A16 is read by our own names only, and nothing is written into it', async () => {
    await writeFile(join(folder, '.env'), 'HTTP_PROXY=http://evil.example\nNODE_OPTIONS=--inspect\nPORT=3\n')
    const environment = { HOME: '/home/x' }
    const { settings } = await readEnvironment(environment, folder)
    expect(settings).toEqual({ PORT: '3' })
    expect(environment).toEqual({ HOME: '/home/x' })
    expect(process.env.HTTP_PROXY).toBeUndefined()
  })

  it.each([
    ['TWILIO_BASE_URL=https://evil.example', { TWILIO_AUTH_TOKEN: 'hush' }],
    ['GOOGLE_GEMINI_BASE_URL=https://evil.example', { GEMINI_API_KEY: 'hush' }],
    ['NGROK_SERVER_ADDR=evil.example:443', { NGROK_AUTHTOKEN: 'hush' }],
  ])('A16 sends none of its secrets to the host of a .env: %s', async (line, environment) => {
    const file = join(folder, '.env')
    await writeFile(file, `${line}\n`)
    await expect(readEnvironment(environment, folder)).rejects.toMatchObject({ code: 'settings' })
    await expect(readEnvironment({}, folder)).resolves.toBeDefined()
    const secret = Object.keys(environment).join()
    await writeFile(file, `${line}\n${secret}=other\n`)
    await expect(readEnvironment({}, folder)).resolves.toBeDefined()
    await writeFile(file, `${line.replace(/(https?:\/\/)?evil.example/, '$1127.0.0.1')}\n`)
    await expect(readEnvironment(environment, folder)).resolves.toBeDefined()
  })

  it('may be without a .env; a byte order mark does no harm', async () => {
    expect((await readEnvironment({}, folder)).settings).toEqual({})
    await writeFile(join(folder, '.env'), '\uFEFFPORT=4')
    expect((await readEnvironment({}, folder)).settings).toEqual({ PORT: '4' })
  })

  it('refuses a .env that cannot be read', async () => {
    await mkdir(join(folder, '.env'))
    await expect(readEnvironment({}, folder)).rejects.toMatchObject({ code: 'settings' })
  })

  it('looks up what a script names, in the environment first, and nothing that is not there', async () => {
    const own = await mkdtemp(join(tmpdir(), 'ai-caller-env-'))
    await writeFile(join(own, '.env'), 'PAGER_TOKEN=from-file\nCALENDAR=from-file\nEMPTY=\n')
    const { lookUp } = await readEnvironment({ PAGER_TOKEN: ' from-environment ', EMPTY: '' }, own)
    await rm(own, { recursive: true })
    const names = ['PAGER_TOKEN', 'CALENDAR', 'EMPTY', 'NOWHERE', 'constructor']
    expect(names.map(lookUp)).toEqual(['from-environment', 'from-file', undefined, undefined, undefined])
  })

  it('knows the data folder of the platform', async () => {
    expect((await readEnvironment({}, folder)).defaultHome).toMatch(/ai-caller/)
  })
})

describe('the prompt', () => {
  it('is the words of the flag, or those of a file', async () => {
    const path = join(folder, 'prompt.txt')
    await writeFile(path, '\uFEFFBe kind.\n')
    expect(await readPrompt('Be brief.')).toEqual({ value: 'Be brief.' })
    expect(await readPrompt(`@${path}`)).toEqual({ value: 'Be kind.' })
  })

  it('names what is wrong with a file', async () => {
    await writeFile(join(folder, 'empty.txt'), ' \n')
    await writeFile(join(folder, 'binary.txt'), 'a\0b')
    await writeFile(join(folder, 'long.txt'), 'a'.repeat(100_001))
    expect(await readPrompt(`@${join(folder, 'none.txt')}`)).toEqual({
      wrong: expect.stringContaining('ENOENT'),
    })
    expect(await readPrompt(`@${folder}`)).toEqual({ wrong: expect.stringContaining('EISDIR') })
    expect(await readPrompt(`@${join(folder, 'empty.txt')}`)).toEqual({
      wrong: expect.stringContaining('empty'),
    })
    expect(await readPrompt(`@${join(folder, 'binary.txt')}`)).toEqual({
      wrong: expect.stringContaining('text'),
    })
    expect(await readPrompt(`@${join(folder, 'long.txt')}`)).toEqual({
      wrong: expect.stringContaining('100000'),
    })
    expect(await readPrompt('  ')).toEqual({ wrong: 'must not be empty' })
    expect(await readPrompt('@')).toEqual({ wrong: 'must name a file after @' })
  })
})

describe('the folder of --out', () => {
  it('is absolute, and is not made yet', async () => {
    expect(await readOutFolder(folder)).toEqual({ value: folder })
    expect(await readOutFolder(join(folder, 'new', 'one'))).toEqual({ value: join(folder, 'new', 'one') })
    expect(await readdir(folder)).toEqual([])
  })

  it('is refused when it is a file, or would lie in one', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const wrong = { wrong: expect.stringMatching(/^must name a folder, but '.*' is a file$/) }
    expect(await readOutFolder(file)).toEqual(wrong)
    expect(await readOutFolder(join(file, 'a', 'b'))).toEqual(wrong)
    expect(await readOutFolder('')).toEqual({ wrong: 'must name a folder' })
  })

  it.skipIf(process.getuid?.() === 0)('is refused when nothing may be written there', async () => {
    await chmod(folder, 0o500)
    expect(await readOutFolder(join(folder, 'new'))).toEqual({ wrong: expect.stringContaining('EACCES') })
  })
})
