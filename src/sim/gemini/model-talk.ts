/** The model's side of a scenario: what it hears of the person, when the agent answers, and what text and tool results make it do. */
import type { AgentTurn } from '../scenario.ts'
import type { CuedTurn } from '../turn-order.ts'
import { type AgentFloorDeps, createAgentFloor } from './agent-floor.ts'
import type { ClientConnection } from './client-connection.ts'
import type { ReceivedToolResponse } from './observations.ts'
import { saysNothing } from './open-calls.ts'
import { createPersonWords } from './person-words.ts'
import type { SessionSettings } from './setup-rules.ts'
import { createUsageLedger } from './usage-ledger.ts'
import { createVoiceDetector } from './voice-detector.ts'

/** What a talk needs of its server. */
type ModelTalkDeps = Omit<AgentFloorDeps, 'connection' | 'ledger'> & { cues: readonly CuedTurn[] }

/** What a client does to the talk over one connection. */
export type ClientEnd = {
  hear(pcm: Int16Array, rate: number): void
  /** The client says itself when the person speaks (voice detection is off). */
  markSpeech(speaking: boolean): void
  /** Text for the model. `cuts`: it ends whatever the model was saying (clientContent); else it waits for the end of the turn. */
  read(text: string, cuts: boolean): void
  takeToolResponses(responses: readonly ReceivedToolResponse[]): void
  /** The connection is over: what the agent was saying over it breaks off, and an answer that it owed is forgotten. */
  leave(): void
}

/** One session's talk over one connection after the other: script, hearing, usage and open calls stay as they are. */
export type ModelTalk = {
  readonly isConnected: boolean
  /** From setupComplete on. Not `resumed`: a session of its own, whose usage begins anew. The newest connection has the floor. */
  join(connection: ClientConnection, resumed: boolean): ClientEnd
  /** See `ScriptCursor`. */
  recall(text: string): boolean
}

/** A talk in which nobody has spoken yet. `first` are the settings of its first connection. */
export function createModelTalk(deps: ModelTalkDeps, first: SessionSettings): ModelTalk {
  const { cursor, stalls } = deps
  const connections: ClientConnection[] = []
  const newest = () => connections.at(-1)
  const detector = createVoiceDetector(first.silenceMs)
  let ledger = createUsageLedger(first.promptTokens, first.compression)
  const floor = createAgentFloor({ ...deps, connection: newest, ledger: () => ledger })
  let personSpeaks = false
  let personWords = createPersonWords('', () => {})
  /** Words that a frozen model did not transcribe; it makes up for them when it wakes. */
  let untold = ''

  /** Lets the agent act upon something: after its turn, or at once when `cuts`. What it is about to say already takes it along. */
  const answer = (cuts: boolean, cued?: AgentTurn) => {
    const { turn } = floor
    if (!personSpeaks && (!turn || (cuts && turn.sounding))) {
      floor.cut(false)
      floor.begin(false, cued)
    } else if (cued || (!personSpeaks && turn?.sounding)) floor.owe(cued)
  }
  const personStarts = (connection: ClientConnection) => {
    const { settings, record } = connection
    personSpeaks = true
    record.speechStarts += 1
    // A model that only misses the end of its own turn hears the person as ever.
    if (floor.turn) stalls.thaw()
    // Speech before the agent's answer could be heard goes on with what the person was saying.
    const goesOn = floor.turn?.answersPerson === true && !floor.turn.sounding
    if (settings.interrupts) floor.cutLate(connection)
    const cutIndex = settings.interrupts ? floor.cut(true) : undefined
    if (!goesOn) {
      const heard = cursor.personBegan(cutIndex)
      if (heard) record.heard.push(heard.text)
      personWords = createPersonWords(heard?.text ?? '', transcribe)
    }
    deps.changed()
  }
  const transcribe = (text: string) => {
    const connection = newest()
    if (stalls.frozen) untold += text
    else if (connection?.settings.transcribesPerson)
      connection.send({ serverContent: { inputTranscription: { text } } })
  }
  const personStops = () => {
    personSpeaks = false
    personWords.finish()
    if (stalls.frozen) return
    if (floor.turn) floor.owe(undefined)
    else if (!floor.pay() && cursor.agentMayAnswer()) floor.begin(true)
  }
  const read = (text: string, cuts: boolean) => {
    ledger.read(text)
    if (stalls.frozen) {
      if (!stalls.nudged()) return
      if (untold !== '') transcribe(untold)
      untold = ''
      // Where a turn is open, its end is all that was missing.
      if (floor.turn) return floor.complete()
    }
    if (!cuts && stalls.at(cursor.nextAgentTurn()?.number) === 'greeting-text-ignored') return
    answer(cuts, deps.cues.find(({ cue }) => cue.test(text))?.turn)
  }
  const takeToolResponses = (responses: readonly ReceivedToolResponse[], connection: ClientConnection) => {
    let speaks = false
    let cuts = false
    for (const { id, response, scheduling } of responses) {
      const call = floor.calls.close(id)
      if (typeof call === 'string') connection.record.violations.push(call)
      else if (stalls.at(call.turn) === 'deaf-after-tool') {
        floor.stop()
        stalls.freeze(call.turn)
      } else if (scheduling !== 'SILENT') {
        if (saysNothing(response) && floor.calls.again(connection, call)) continue
        speaks = true
        cuts ||= scheduling === 'INTERRUPT'
      }
    }
    // A result makes the model speak unless it is silent; here, as far as the script has words for it.
    if (!speaks || stalls.frozen || !cursor.agentFollowsItself()) return
    // What the agent says now goes on; a turn that is only being thought of takes the result along, unless its words are fixed by a cue.
    const { turn } = floor
    const goesOn = turn !== undefined && (turn.sounding !== undefined || turn.spoken?.index === undefined)
    if (goesOn && !personSpeaks && !cuts) floor.oweResult()
    else answer(cuts)
  }

  return {
    get isConnected() {
      return connections.length > 0
    },
    recall: cursor.recall,
    join(connection, resumed) {
      if (stalls.frozen) floor.stop()
      stalls.resumed()
      untold = ''
      const { promptTokens, compression } = connection.settings
      if (!resumed) ledger = createUsageLedger(promptTokens, compression)
      connections.push(connection)
      return {
        hear(pcm, rate) {
          ledger.heard((pcm.length * 1000) / rate)
          if (!connection.settings.detectsVoice) return
          for (const change of detector.hear(pcm, rate)) {
            if (change === 'start') personStarts(connection)
            else personStops()
          }
          if (personSpeaks) personWords.after(detector.speechMs)
        },
        markSpeech(speaking) {
          if (speaking && !personSpeaks) personStarts(connection)
          else if (!speaking && personSpeaks) personStops()
        },
        read,
        takeToolResponses: (responses) => takeToolResponses(responses, connection),
        leave() {
          const index = connections.indexOf(connection)
          if (index >= 0) connections.splice(index, 1)
          floor.leave(connection)
        },
      }
    },
  }
}
