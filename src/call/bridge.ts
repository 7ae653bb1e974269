/** The bridge between the two legs: an open model session waits for its phone, then both carry one conversation. */
import type { Clock } from '../flow/clock.ts'
import { type Conversation, createConversation } from './conversation.ts'
import { estimateCostUsd } from './cost.ts'
import type { CallError } from './error.ts'
import type { Emit } from './events.ts'
import type { ModelLeg, PhoneLeg } from './ports.ts'

/** One call's bridge. */
export type Bridge = {
  /** Resolves when the model session is lost. Pending while it lives; never rejects. */
  readonly modelLost: Promise<CallError>
  /** Resolves when the agent has ended the conversation and its farewell has been heard. */
  readonly farewell: Promise<void>
  /** Carries the conversation over this phone until its connection ends; resolves with how. To be called once. */
  attach(phone: PhoneLeg): Promise<'stopped' | 'dropped'>
  /** Ends open turns and stops every timer. The legs stay their owners' to close. */
  close(): void
}

/** A bridge onto an open model session; `trigger` is the text that makes the model speak first. Reads its events from now on; the phone comes when it is answered. */
export function createBridge(deps: { model: ModelLeg; clock: Clock; emit: Emit; trigger: string }): Bridge {
  const { model, clock, emit } = deps
  let lostModel: (error: CallError) => void = () => {}
  let farewellHeard: () => void = () => {}
  const modelLost = new Promise<CallError>((resolve) => {
    lostModel = resolve
  })
  const farewell = new Promise<void>((resolve) => {
    farewellHeard = resolve
  })
  let conversation: Conversation | undefined

  let warned = false
  const warnUnreadable = (message: string) => {
    if (!warned) emit({ type: 'warning', code: 'model-message-unreadable', message })
    warned = true
  }
  const readModel = async () => {
    for await (const event of model.events) {
      if (event.type === 'closed') lostModel(event.error)
      else if (event.type === 'usage')
        emit({ type: 'usage', ...event.usage, estimatedCostUsd: estimateCostUsd(event.usage) })
      else if (event.type === 'unreadable') warnUnreadable(event.detail)
      else conversation?.model(event)
    }
  }
  void readModel()

  return {
    modelLost,
    farewell,
    async attach(phone) {
      conversation = createConversation({ phone, model, clock, emit, farewellHeard })
      model.sendText(deps.trigger)
      for await (const event of phone.events) {
        if (event.type === 'closed') return event.how
        conversation.phone(event)
      }
      return 'dropped'
    },
    close() {
      conversation?.close()
      conversation = undefined
    },
  }
}
