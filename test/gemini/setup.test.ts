import { describe, expect, it } from 'vitest'
import type { ModelSetup } from '../../src/call/ports.ts'
import { toLiveConfig, toolContract } from '../../src/gemini/setup.ts'

const setup: ModelSetup = {
  model: 'gemini-3.8-live',
  voice: 'Kore',
  systemInstruction: 'You order flowers.',
  language: undefined,
  tools: [{ name: 'end_call', description: 'Hangs up.', parameters: { type: 'object', properties: {} } }],
  inputRate: 16000,
}

describe('the live configuration', () => {
  it('leaves out an empty instruction and an empty tool list', () => {
    const config = toLiveConfig({ ...setup, systemInstruction: '', tools: [] })
    expect(config).not.toHaveProperty('systemInstruction')
    expect(config).not.toHaveProperty('tools')
  })

  it('gives the transcriber a language only when the user named one', () => {
    expect(toLiveConfig(setup).inputAudioTranscription).toEqual({})
    expect(toLiveConfig({ ...setup, language: 'de-DE' }).inputAudioTranscription).toEqual({
      languageCodes: ['de-DE'],
    })
  })

  it('is a new object every time, as the SDK writes into it', () => {
    const first = toLiveConfig(setup)
    expect(toLiveConfig(setup)).not.toBe(first)
    expect(toLiveConfig(setup).tools).not.toBe(first.tools)
  })

  it.each([
    'gemini-3.8-live',
    'models/gemini-3.8-live',
    'gemini-9-live',
    'gemini-2.5-flash-native-audio-latest',
  ])('declares tools of %s as not blocking', (model) => {
    expect(toLiveConfig({ ...setup, model }).tools).toEqual([
      {
        functionDeclarations: [
          {
            name: 'end_call',
            description: 'Hangs up.',
            parametersJsonSchema: { type: 'object', properties: {} },
            behavior: 'NON_BLOCKING',
          },
        ],
      },
    ])
  })

  it('says nothing about behaviour to a model that knows only calls in sequence', () => {
    const config = toLiveConfig({ ...setup, model: 'gemini-3.1-flash-live-preview' })
    expect(JSON.stringify(config.tools)).not.toContain('behavior')
  })

  it.each([
    ['gemini-3.8-live', { nonBlocking: true, scheduling: true }],
    ['gemini-3.8-live-extended-thinking', { nonBlocking: true, scheduling: false }],
    ['models/gemini-3.8-live-extended-thinking', { nonBlocking: true, scheduling: false }],
    ['gemini-3.1-flash-live-preview', { nonBlocking: false, scheduling: false }],
    ['anything-else', { nonBlocking: true, scheduling: true }],
  ])('knows what %s may be told about tools', (model, contract) => {
    expect(toolContract(model)).toEqual(contract)
  })
})
