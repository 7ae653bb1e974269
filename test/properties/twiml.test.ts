import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseXml, type XmlElement } from '../../src/sim/twilio/xml.ts'
import { connectStreamTwiml, dialTwiml } from '../../src/twilio/twiml.ts'
import { anyText } from './arbitraries.ts'

/** The characters that XML 1.0 has: https://www.w3.org/TR/xml/#charsets */
const XML_TEXT = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
const NO_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
const xmlOf = (text: string) => text.replace(NO_XML, '')

/** Elements with their attributes' names: what a document may do, without what it says. */
function shape({ name, attributes, children }: XmlElement): string {
  return `${name}(${Object.keys(attributes).join(' ')})[${children.map(shape).join(',')}]`
}

function read(twiml: string): XmlElement {
  expect(twiml).toMatch(XML_TEXT)
  return parseXml(twiml)
}

describe('TwiML, whatever goes into it', () => {
  it('connects one stream and hangs up, with the address and the token as they were given', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.option(fc.stringMatching(/^[0-9*#A-DwW]{1,64}$/)),
        (url, token, digits) => {
          const streamUrl = `wss://h/${url.replace(/[?#]/g, '')}`
          const root = read(connectStreamTwiml({ streamUrl, token }, digits ?? undefined))
          const play = digits === null ? '' : 'Play(digits)[],'
          expect(shape(root)).toBe(
            `Response()[${play}Connect()[Stream(url)[Parameter(name value)[]]],Hangup()[]]`,
          )
          const stream = root.children.find(({ name }) => name === 'Connect')?.children[0]
          expect(stream?.attributes.url).toBe(xmlOf(streamUrl))
          expect(stream?.children[0]?.attributes).toEqual({ name: 'token', value: xmlOf(token) })
        },
      ),
      { numRuns: 500 },
    )
  })

  it('presses nothing but keys', () => {
    fc.assert(
      fc.property(anyText, (digits) => {
        fc.pre(!/^[0-9*#A-DwW]{1,64}$/.test(digits))
        expect(() => connectStreamTwiml({ streamUrl: 'wss://h/x', token: 't' }, digits)).toThrow(RangeError)
      }),
    )
  })

  it('rings one number, with every text where it belongs', () => {
    const order = { ringSeconds: 20, timeLimitSeconds: 60 }
    fc.assert(
      fc.property(
        fc.record({ to: anyText, callerId: anyText, actionUrl: anyText, statusUrl: anyText }),
        (texts) => {
          const root = read(dialTwiml({ ...order, ...texts }))
          expect(shape(root)).toBe(
            'Response()[Dial(callerId timeout timeLimit answerOnBridge action method)[Number(statusCallback statusCallbackEvent statusCallbackMethod)[]]]',
          )
          const [dial] = root.children
          expect(dial?.attributes).toMatchObject({
            callerId: xmlOf(texts.callerId),
            action: xmlOf(texts.actionUrl),
          })
          expect(dial?.children[0]?.text).toBe(xmlOf(texts.to).trim())
        },
      ),
      { numRuns: 500 },
    )
  })
})
