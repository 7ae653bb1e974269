/** A scenario's turns as they are lived through: repeated, and told apart from those that wait for their cue. */
import type { AgentTurn, Scenario, ScenarioTurn } from './scenario.ts'

/** An agent's turn that is spoken on a text trigger. */
export type CuedTurn = { turn: AgentTurn; cue: RegExp }

/** The turns in order, all but the last `repeat` times. */
export function turnsInOrder({ turns, repeat = 1 }: Scenario): readonly ScenarioTurn[] {
  const ordered = turns.filter((turn) => !isCued(turn))
  const again = ordered.slice(0, -1)
  return [...Array.from({ length: repeat }, () => again).flat(), ...ordered.slice(-1)]
}

/**
 * The turns with a cue, in the order in which they are tried.
 * @throws SyntaxError when a cue is no regular expression
 */
export function cuedTurns({ turns }: Scenario): readonly CuedTurn[] {
  return turns.flatMap((turn) =>
    turn.speaker === 'agent' && turn.onText !== undefined
      ? [{ turn, cue: new RegExp(turn.onText, 'iu') }]
      : [],
  )
}

/** True for a turn outside of the order. */
export function isCued(turn: ScenarioTurn): boolean {
  return turn.speaker === 'agent' && turn.onText !== undefined
}
