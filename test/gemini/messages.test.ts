import { describe, expect, it } from 'vitest'
import { readServerMessage } from '../../src/gemini/messages.ts'

const sound = (bytes: number[], mimeType = 'audio/pcm;rate=24000') => ({
  inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') },
})
const speech = (...parts: unknown[]) => ({ serverContent: { modelTurn: { role: 'model', parts } } })
const audio = (bytes: number[], sampleRate = 24000) => ({
  type: 'audio',
  bytes: Buffer.from(bytes),
  sampleRate,
})

describe('a server message', () => {
  it.each<[string, unknown, unknown[]]>([
    ['setupComplete', { setupComplete: {} }, [{ type: 'setup-complete' }]],
    ['setupComplete with a session id', { setupComplete: { sessionId: 'x' } }, [{ type: 'setup-complete' }]],
    ['sound', speech(sound([1, 2, 3])), [audio([1, 2, 3])]],
    ['sound without a rate', speech(sound([1, 2], 'audio/pcm')), [audio([1, 2])]],
    ['sound of another rate', speech(sound([1, 2], 'Audio/PCM; rate=16000')), [audio([1, 2], 16000)]],
    ['several parts of sound', speech(sound([1]), sound([2, 3])), [audio([1]), audio([2, 3])]],
    ['a thought', speech({ text: 'The user wants…', thought: true }), []],
    ['text between sound', speech(sound([1]), { text: 'Hi' }, sound([2])), [audio([1]), audio([2])]],
    ['code instead of speech', speech({ executableCode: { code: 'hang_up()' } }), []],
    ['an empty turn', { serverContent: { modelTurn: {} } }, []],
    [
      'words',
      { serverContent: { outputTranscription: { text: ' fine' } } },
      [{ type: 'agent-text', text: ' fine' }],
    ],
    [
      'words heard',
      { serverContent: { inputTranscription: { text: 'Hel', languageCode: 'en' } } },
      [{ type: 'person-text', text: 'Hel' }],
    ],
    ['words not yet final', { serverContent: { interimInputTranscription: { text: 'He' } } }, []],
    ['the end of a transcription', { serverContent: { outputTranscription: { finished: true } } }, []],
    ['interrupted', { serverContent: { interrupted: true } }, [{ type: 'interrupted' }]],
    [
      'generationComplete',
      { serverContent: { generationComplete: true } },
      [{ type: 'generation-complete' }],
    ],
    ['turnComplete', { serverContent: { turnComplete: true } }, [{ type: 'turn-complete' }]],
    [
      'a turn that ended oddly',
      { serverContent: { turnComplete: true, turnCompleteReason: 'MALFORMED_FUNCTION_CALL' } },
      [{ type: 'turn-complete', reason: 'MALFORMED_FUNCTION_CALL' }],
    ],
    [
      'a turn with no particular reason',
      { serverContent: { turnComplete: true, turnCompleteReason: 'TURN_COMPLETE_REASON_UNSPECIFIED' } },
      [{ type: 'turn-complete' }],
    ],
    ['waitingForInput', { serverContent: { waitingForInput: true } }, []],
    ['interactionStatus', { serverContent: { interactionStatus: 'IDLE' } }, []],
    ['voice activity', { voiceActivity: { voiceActivityType: 'ACTIVITY_START', audioOffset: '1.2s' } }, []],
    [
      'tool calls',
      {
        toolCall: {
          functionCalls: [
            { id: 'a', name: 'end_call' },
            { id: 'b', name: 'note', args: { n: 1 } },
          ],
        },
      },
      [
        { type: 'tool-call', id: 'a', name: 'end_call', args: {} },
        { type: 'tool-call', id: 'b', name: 'note', args: { n: 1 } },
      ],
    ],
    [
      'cancelled calls',
      { toolCallCancellation: { ids: ['a', 'b'] } },
      [{ type: 'tool-cancelled', ids: ['a', 'b'] }],
    ],
    ['goAway', { goAway: { timeLeft: '50s' } }, [{ type: 'going-away', timeLeftMs: 50_000 }]],
    [
      'goAway with a fraction',
      { goAway: { timeLeft: '1.500s' } },
      [{ type: 'going-away', timeLeftMs: 1500 }],
    ],
    ['goAway without a time', { goAway: {} }, [{ type: 'going-away', timeLeftMs: 0 }]],
    ['goAway with nonsense', { goAway: { timeLeft: '-1s' } }, [{ type: 'going-away', timeLeftMs: 0 }]],
    [
      'a resumption handle',
      { sessionResumptionUpdate: { newHandle: 'h1', resumable: true } },
      [{ type: 'resumable', handle: 'h1' }],
    ],
    ['resumable without a new handle', { sessionResumptionUpdate: { resumable: true } }, []],
    [
      'not resumable now',
      { sessionResumptionUpdate: { newHandle: 'h1' } },
      [{ type: 'resumable', handle: undefined }],
    ],
  ])('reads %s', (_name, message, events) => {
    expect(readServerMessage(message)).toEqual(events)
  })

  it('reads the usage, whose details may be missing or not add up', () => {
    expect(
      readServerMessage({
        usageMetadata: {
          promptTokenCount: 147,
          responseTokenCount: 36,
          totalTokenCount: 183,
          thoughtsTokenCount: 7,
          promptTokensDetails: [
            { modality: 'TEXT', tokenCount: 40 },
            { modality: 'AUDIO', tokenCount: 75 },
            { modality: 'AUDIO', tokenCount: 5 },
          ],
          responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 36 }],
        },
      }),
    ).toEqual([
      {
        type: 'usage',
        usage: {
          promptTokens: 147,
          promptAudioTokens: 80,
          responseTokens: 36,
          responseAudioTokens: 36,
          thoughtTokens: 7,
          totalTokens: 183,
        },
      },
    ])
    const none = { promptTokens: 0, promptAudioTokens: 0, responseTokens: 0, responseAudioTokens: 0 }
    expect(
      readServerMessage({
        usageMetadata: { promptTokenCount: -1, responseTokenCount: 1e300, promptTokensDetails: ['x', null] },
      }),
    ).toEqual([{ type: 'usage', usage: { ...none, thoughtTokens: 0, totalTokens: 0 } }])
  })

  it('gives a bundle in the order of meaning, whatever the order of its fields', () => {
    const bundle = {
      sessionResumptionUpdate: { newHandle: 'h', resumable: true },
      goAway: { timeLeft: '9s' },
      usageMetadata: { totalTokenCount: 1 },
      toolCallCancellation: { ids: ['old'] },
      toolCall: { functionCalls: [{ id: 'a', name: 'f' }] },
      serverContent: {
        turnComplete: true,
        interrupted: true,
        generationComplete: true,
        outputTranscription: { text: 'Bye' },
        inputTranscription: { text: 'Thanks' },
        modelTurn: { parts: [sound([1, 2]), sound([3, 4])] },
      },
    }
    expect(readServerMessage(bundle).map((event) => event.type)).toEqual([
      'person-text',
      'audio',
      'audio',
      'agent-text',
      'tool-call',
      'tool-cancelled',
      'generation-complete',
      'interrupted',
      'turn-complete',
      'usage',
      'going-away',
      'resumable',
    ])
  })

  it('passes over fields that are new to us beside those we know', () => {
    expect(readServerMessage({ serverContent: { interrupted: true, mood: 'sad' }, novelty: 1 })).toEqual([
      { type: 'interrupted' },
    ])
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a string', 'setupComplete'],
    ['a list', [{ setupComplete: {} }]],
    ['an empty object', {}],
    ['an error object', { error: { code: 3, message: 'Expected clientContent' } }],
    ['known fields of wrong type', { serverContent: 'x', toolCall: [], goAway: 50, usageMetadata: null }],
    ['a turn that is a list', { serverContent: { modelTurn: [] } }],
    ['parts that are no list', { serverContent: { modelTurn: { parts: {} } } }],
    ['a part that is null', speech(null)],
    ['inline data that is null', speech({ inlineData: null })],
    ['sound without content', speech({ inlineData: { mimeType: 'audio/pcm' } })],
    ['a picture', speech(sound([1, 2], 'image/png'))],
    ['sound that is not base64', speech({ inlineData: { mimeType: 'audio/pcm', data: '***\u001b[31m***' } })],
    ['a tool call without functions', { toolCall: {} }],
    ['a function call without an id', { toolCall: { functionCalls: [{ name: 'f' }] } }],
    [
      'a function call with a list of arguments',
      { toolCall: { functionCalls: [{ id: 'a', name: 'f', args: [] }] } },
    ],
    ['a function call that is null', { toolCall: { functionCalls: [null] } }],
    ['a cancellation without ids', { toolCallCancellation: {} }],
  ])('that is %s is unreadable, and nothing of it is quoted', (_name, message) => {
    const events = readServerMessage(message)
    expect(events).toEqual([
      { type: 'unreadable', detail: expect.stringMatching(/^Gemini sent [a-zA-Z0-9 -]+$/) },
    ])
  })

  it('keeps what it can read when one part is junk', () => {
    expect(readServerMessage(speech(sound([1, 2]), 7, sound([3, 4]))).map((event) => event.type)).toEqual([
      'audio',
      'unreadable',
      'audio',
    ])
  })

  it('never throws, whatever JSON it is made of', () => {
    const fields = [
      'setupComplete',
      'serverContent',
      'toolCall',
      'toolCallCancellation',
      'usageMetadata',
      'goAway',
    ]
    const inner = [
      'modelTurn',
      'parts',
      'inlineData',
      'functionCalls',
      'ids',
      'timeLeft',
      'promptTokensDetails',
      'args',
    ]
    const leaves = [null, true, 0, -1, 1e308, '', 'x', '=', [], {}, [[]], [null], { parts: [null, [], 'x'] }]
    for (const field of [...fields, 'sessionResumptionUpdate', '__proto__'])
      for (const name of inner)
        for (const leaf of leaves) {
          const message: unknown = JSON.parse(`{"${field}":{"${name}":${JSON.stringify(leaf)}}}`)
          expect(() => readServerMessage(message)).not.toThrow()
          expect(() => readServerMessage({ [field]: leaf })).not.toThrow()
        }
  })
})
