import { describe, expect, it } from 'vitest'
import { explainLoadFailure, explainRefusal, refuseToken } from '../../src/ingress/ngrok-errors.ts'
import { expectHouseStyle } from './house-style.ts'

const TOKEN = '2abcDEF_secretsecret'
const refused = (words: string) => explainRefusal('tunnel-failed', new Error(words), TOKEN)

describe('a refusal of ngrok', () => {
  it.each([
    ['ERR_NGROK_105', /cannot read the authtoken/, /your-authtoken/],
    ['ERR_NGROK_107', /no longer accepts this authtoken/, /your-authtoken/],
    ['ERR_NGROK_108', /as many agents/, /dashboard\.ngrok\.com\/agents/],
    ['ERR_NGROK_326', /domain/, /NGROK_DOMAIN/],
    ['ERR_NGROK_334', /already online/, /half a minute/],
    ['ERR_NGROK_4018', /authtoken/, /NGROK_AUTHTOKEN/],
    ['ERR_NGROK_9040', /network/, /--public-url/],
  ])('%s is told in our words, with the remedy', (code, sentence, hint) => {
    const error = refused(`failed to connect session: some text error_code: ${code}`)
    expect(error.code).toBe('tunnel-failed')
    expect(error.message).toMatch(sentence)
    expect(error.message).toContain(code)
    expect(error.message).not.toContain('some text')
    expect(error.hint).toMatch(hint)
    expectHouseStyle(error)
  })

  it('that we do not know is told in ngrok’s words, in one clean line without the authtoken', () => {
    const error = refused(
      `failed to start listener: No\nsuch \u001b[31mluck. Your authtoken: ${TOKEN} error_code: ERR_NGROK_9999`,
    )
    expect(error.message).toBe('ngrok said: No such [31mluck. Your authtoken: [authtoken] (ERR_NGROK_9999)')
    expect(error.hint).toBe('See https://ngrok.com/docs/errors/err_ngrok_9999.')
    expect(error.cause).toBeUndefined()
    expectHouseStyle(error)
    expectHouseStyle(refused('It is over. '))
  })

  it('that ends an open tunnel is read out of the debug text in which the crate wraps it', () => {
    const words =
      'error on join: Custom { kind: NotConnected, error: ListenerClosed { message: "by \\"ann\\"", error_code: Some("ERR_NGROK_9999") } }'
    const error = explainRefusal('tunnel-lost', new Error(words), TOKEN)
    expect(error.code).toBe('tunnel-lost')
    expect(error.message).toBe('the ngrok tunnel is gone: ngrok said: by \\"ann\\" (ERR_NGROK_9999)')
  })
})

describe('an authtoken', () => {
  it('that is empty, quoted or holds a space is refused without asking ngrok', () => {
    expect(refuseToken('')?.hint).toContain('NGROK_AUTHTOKEN')
    expect(refuseToken('"abc"')?.message).toContain('cannot read')
    expect(refuseToken('abc def')?.message).toContain('cannot read')
    for (const token of ['', '"abc"']) expectHouseStyle(refuseToken(token))
    expect(refuseToken(TOKEN)).toBeUndefined()
  })
})

describe('a package that cannot be loaded', () => {
  it.each([
    ['MODULE_NOT_FOUND', /not installed/, /--omit=optional/],
    ['ERR_DLOPEN_FAILED', /cannot be loaded/, process.platform === 'win32' ? /Visual C\+\+/ : /--public-url/],
    ['', /Unsupported architecture/, /--public-url/],
  ])('for the reason %j is told with the remedy', (code, sentence, hint) => {
    const error = explainLoadFailure(
      Object.assign(new Error('Unsupported architecture on Linux: s390x'), { code }),
    )
    expect(error.code).toBe('tunnel-failed')
    expect(error.message).toMatch(sentence)
    expect(error.hint).toMatch(hint)
    expectHouseStyle(error)
  })
})
