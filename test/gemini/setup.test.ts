import { describe, expect, it } from 'vitest'
import { toLiveConfig, toolContract } from '../../src/gemini/setup.ts'
import { setup } from './frames.ts'

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

  it('says how the model tells speech from silence', () => {
    const voiceActivity = {
      startSensitivity: 'low',
      endSensitivity: 'high',
      prefixPaddingMs: 40,
      silenceDurationMs: 800,
    } as const
    expect(toLiveConfig({ ...setup, voiceActivity }).realtimeInputConfig).toEqual({
      automaticActivityDetection: {
        startOfSpeechSensitivity: 'START_SENSITIVITY_LOW',
        endOfSpeechSensitivity: 'END_SENSITIVITY_HIGH',
        prefixPaddingMs: 40,
        silenceDurationMs: 800,
      },
    })
  })

  it('asks for handles, and resumes with one', () => {
    expect(toLiveConfig(setup).sessionResumption).toEqual({})
    expect(toLiveConfig(setup, 'h1').sessionResumption).toEqual({ handle: 'h1' })
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
