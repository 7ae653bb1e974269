/** Where in the script a conversation is: which words the agent says next, and which the person is heard to say. */
import type { AgentTurn, PersonTurn, ScenarioTurn } from '../scenario.ts'

/** The agent's next turn, with its place among all turns and its number among the agent's (from 1). */
export type NextAgentTurn = { turn: AgentTurn; index: number; number: number }

/** Follows the script as the two sides really speak, in whatever order they do. */
export type ScriptCursor = {
  /** Where the agent is: kept with a resumption handle. */
  readonly place: number
  /** The agent's next turn, or undefined at the end of the script. */
  nextAgentTurn(): NextAgentTurn | undefined
  /** True when the script lets the agent speak next, without a turn of the person before it. */
  agentFollowsItself(): boolean
  /** The agent's turn `index` can be heard: the next one is a later one. */
  agentBegan(index: number): void
  /** The agent's turn `index` broke off with its connection: it is said again, unless the person answers what could be heard of it. */
  agentBroke(index: number): void
  /** The agent knows nothing of what it said since it was at `place`, and will say it again, unless the person answers it. */
  returnTo(place: number): void
  /**
   * The person speaks, perhaps into the agent's turn `cutIndex`: the turn with words that it must be, or undefined when the script
   * has none left. An agent's turn that the script has after those words was begun too early and will start over.
   */
  personBegan(cutIndex: number | undefined): PersonTurn | undefined
  /** The person is silent again: true when the script lets the agent answer, false when it has the person say more first. */
  agentMayAnswer(): boolean
  /** True when `text` quotes the beginning of a turn that the agent has begun: then the agent goes on after the last such turn. */
  recall(text: string): boolean
}

/** So many letters tell one turn from another. */
const QUOTED_LETTERS = 12

/** A cursor at the beginning. */
export function createScriptCursor(turns: readonly ScenarioTurn[]): ScriptCursor {
  let agent = 0
  let person = 0
  let broken: number | undefined
  const begun: number[] = []
  const isSpoken = (turn: ScenarioTurn) =>
    turn.speaker === 'person' && (turn.text !== '' || turn.audio !== undefined)
  const indexFrom = (start: number, fits: (turn: ScenarioTurn) => boolean) =>
    turns.findIndex((turn, index) => index >= start && fits(turn))

  return {
    get place() {
      return agent
    },
    nextAgentTurn() {
      const index = indexFrom(agent, (turn) => turn.speaker === 'agent')
      const turn = turns[index]
      if (turn?.speaker !== 'agent') return undefined
      const number = turns.slice(0, index + 1).filter(({ speaker }) => speaker === 'agent').length
      return { turn, index, number }
    },
    agentFollowsItself() {
      return turns[agent]?.speaker === 'agent'
    },
    agentBegan(index) {
      agent = index + 1
      broken = undefined
      begun.push(index)
    },
    agentBroke(index) {
      agent = index
      broken = index
    },
    returnTo(place) {
      agent = place
      broken = begun.at(-1)
    },
    personBegan(cutIndex) {
      const index = indexFrom(person, isSpoken)
      const turn = turns[index]
      if (turn?.speaker !== 'person') return undefined
      person = index + 1
      if (cutIndex !== undefined && cutIndex > index) agent = cutIndex
      else if (broken !== undefined && broken < index) agent = broken + 1
      return turn
    },
    agentMayAnswer() {
      const next = turns[indexFrom(person, (turn) => turn.speaker === 'agent' || isSpoken(turn))]
      return next?.speaker !== 'person'
    },
    recall(text) {
      const last = begun.findLast((index) => {
        const quote = turns[index]?.text.slice(0, QUOTED_LETTERS)
        return quote ? text.includes(quote) : false
      })
      if (last === undefined) return false
      agent = last + 1
      return true
    },
  }
}
