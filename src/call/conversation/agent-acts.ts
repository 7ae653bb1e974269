/** What the agent does besides talking: its functions, its work on the line, and what it makes of a machine at the other end. */
import type { Clock } from '../../flow/clock.ts'
import type { Detection } from '../carrier.ts'
import type { NormalEnd } from '../end-reason.ts'
import type { Emit } from '../events.ts'
import type { ModelEvent, ModelLeg } from '../live-model.ts'
import type { Phone } from '../phone.ts'
import type { CallRequest } from '../request.ts'
import type { Tool } from '../tools.ts'
import type { AgentSide } from './agent-side.ts'
import { builtInTools } from './built-in-tools.ts'
import type { Ending } from './ending.ts'
import type { Floor } from './floor.ts'
import { CUES, messageCue } from './instructions.ts'
import { createLineWork } from './line-work.ts'
import { createMachineAnswer } from './machine-answer.ts'
import { createToolCalls } from './tool-calls.ts'
import type { Uplink } from './uplink.ts'

/** The deeds of one conversation. */
export type AgentActs = {
  /** Something is under way that the model, or the machine at the other end, is waited for: nobody is silent. */
  readonly underWay: boolean
  /** A message waits for the machine at the other end: the call is not to end before. */
  readonly messageWaits: boolean
  call(event: Extract<ModelEvent, { type: 'tool-call' }>): void
  cancelled(ids: readonly string[]): void
  detected(detection: Detection): void
  agentSpoke(): void
  agentCut(): void
  personSpoke(): void
  /** To be called often. */
  progress(): void
  /** Gives up whatever is under way. */
  close(): void
}

/** `interrupt` cuts what the agent is saying; `endTurns` ends what both have said; `acted` is told of every deed that stands for an answer, `answered` of every result to which the model owes one. */
export function createAgentActs(
  deps: {
    request: CallRequest
    tools: readonly Tool[]
    doNotCall: () => Promise<void>
    phone: Phone
    agent: AgentSide
    model: ModelLeg
    clock: Clock
    nowMs: () => number
    emit: Emit
    floor: Floor
    ending: Ending
    uplink: Uplink
  },
  on: {
    interrupt: () => void
    endTurns: () => void
    acted: () => void
    answered: () => void
    concluded: (end: NormalEnd) => void
  },
): AgentActs {
  const { request, phone, agent, model, clock, nowMs, emit, floor, ending } = deps

  const machine = createMachineAnswer(
    request.onMachine,
    { floor, nowMs, emit },
    {
      hangUp: () => on.concluded('machine'),
      leave(message) {
        deps.uplink.mute()
        on.interrupt()
        ending.begin('machine', 'message')
        emit({ type: 'message.started' })
        floor.asked()
        model.sendText(messageCue(message), true)
      },
    },
  )
  const builtIn = builtInTools(request, {
    endCall() {
      if (!machine.waiting) ending.begin('agent-hung-up', 'tool')
    },
    machineReported() {
      machine.detected('machine', 'agent', false)
      return request.onMachine.type === 'continue' ? 'go on' : 'be silent'
    },
    doNotCall: deps.doNotCall,
    line: createLineWork(phone, agent, { clock, emit, endTurns: on.endTurns }, () =>
      on.concluded('transferred'),
    ),
  })
  const tools = createToolCalls(
    { builtIn, users: deps.tools },
    { model, emit, clock },
    {
      answered(silent) {
        if (silent) {
          floor.agentActed()
          return on.acted()
        }
        floor.asked()
        on.answered()
      },
      takesLong() {
        if (agent.silent && !floor.personSpeaking && !ending.begun) model.sendText(CUES.holdOn)
      },
      loop: () => on.concluded('tool-loop'),
    },
  )
  return {
    get underWay() {
      return tools.running || machine.waiting
    },
    get messageWaits() {
      return machine.waiting
    },
    call: tools.call,
    cancelled: tools.cancelled,
    detected({ answeredBy, isMachine, records }) {
      if (isMachine) machine.detected(answeredBy, 'carrier', records)
    },
    agentSpoke: machine.agentSpoke,
    agentCut: machine.cut,
    personSpoke: tools.personSpoke,
    progress: machine.progress,
    close: tools.close,
  }
}
