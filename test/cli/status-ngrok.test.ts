import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFakeNgrok, type FakeNgrok } from '../fakes/fake-ngrok.ts'
import { ngrokMissing, titled } from '../fakes/ngrok-available.ts'
import { runBinary } from './run-binary.ts'
import { openBench } from './status-bench.ts'

const TOKEN = '2abcDEF_secretsecret'

/** The line of the public address, from a program that trusts the fake service and reaches Twilio and Gemini. */
async function addressThrough(ngrok: FakeNgrok) {
  const folder = await mkdtemp(join(tmpdir(), 'ai-caller-status-ngrok-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const certificate = join(folder, 'certificate.pem')
  await writeFile(certificate, ngrok.certificate)
  const { PUBLIC_WS_URL: _own, PORT: _port, ...settings } = (await openBench()).settings
  const { exitCode, stdout, stderr } = await runBinary(['status', '--json'], folder, {
    ...{ ...settings, NGROK_AUTHTOKEN: TOKEN, NGROK_SERVER_ADDR: ngrok.serverAddr },
    ...{ NGROK_ROOT_CAS: certificate, NODE_EXTRA_CA_CERTS: certificate },
  })
  expect(stdout + stderr).not.toContain(TOKEN)
  const { checks } = JSON.parse(stdout)
  return { exitCode, ...checks.find(({ name }: { name: string }) => name === 'public-address') }
}

async function openNgrok(): Promise<FakeNgrok> {
  const ngrok = await createFakeNgrok()
  onTestFinished(ngrok.close)
  return ngrok
}

describe.skipIf(ngrokMissing)(titled('status and the tunnel of ngrok'), () => {
  it('proves it from end to end, and unregisters it', async () => {
    const ngrok = await openNgrok()
    expect(await addressThrough(ngrok)).toMatchObject({
      ...{ exitCode: 0, state: 'ok' },
      detail: expect.stringMatching(/^wss:\/\/.*\(ngrok tunnel\): a signed stream came through it$/),
    })
    expect(ngrok.rpcs.map(({ name }) => name)).toContain('unbind')
  })

  it('fails for a token that ngrok does not accept', async () => {
    const ngrok = await openNgrok()
    ngrok.knobs.authError = `The authtoken ${TOKEN} was reset.\nERR_NGROK_107`
    expect(await addressThrough(ngrok)).toMatchObject({
      ...{ exitCode: 2, state: 'failed' },
      detail: expect.stringContaining('ERR_NGROK_107'),
      hint: expect.stringContaining('your-authtoken'),
    })
  })
})
