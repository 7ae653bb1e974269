/** The bridge between the two legs: an open model session waits for its phone, then both carry one conversation. */
import { createLater } from '../flow/later.ts'
import type { Detection } from './carrier.ts'
import { type Conversation, type ConversationPlan, createConversation } from './conversation/conversation.ts'
import { estimateCostUsd } from './cost.ts'
import type { End } from './end-reason.ts'
import type { CallError } from './error.ts'
import type { ModelEvent } from './live-model.ts'
import type { Phone } from './phone.ts'

/** How much of what the agent has already said is played out after its model is lost. */
const LAST_WORDS_MS = 2000
const LOOK_EVERY_MS = 100

/** One call's bridge. */
export type Bridge = {
  /** Resolves when the model session is lost for good. Pending while it lives; never rejects. */
  readonly modelLost: Promise<CallError>
  /** Resolves when the conversation has come to an end of its own, and its last word has been heard. */
  readonly concluded: Promise<End>
  /** Carries the conversation over this phone until its connection ends; resolves with how. `detected`: who answered. To be called once. */
  attach(phone: Phone, detected: Promise<Detection>): Promise<'stopped' | 'dropped'>
  /** Ends open turns and stops every timer. The legs stay their owners' to close. */
  close(): void
}

/** A bridge onto an open model session. Reads its events from now on; the phone comes when it is answered. */
export function createBridge(plan: ConversationPlan): Bridge {
  const { model, clock, emit } = plan
  const modelLost = createLater<CallError>()
  const concluded = createLater<End>()
  let conversation: Conversation | undefined
  let warned = false

  /** What the agent has said already is still worth hearing. */
  const heardOut = async () => {
    const latestMs = clock.nowMs() + LAST_WORDS_MS
    while (conversation?.agentSpeaking && clock.nowMs() < latestMs) await clock.sleep(LOOK_EVERY_MS)
  }
  const hearModel = (event: ModelEvent) => {
    switch (event.type) {
      case 'closed':
        return void heardOut().then(() => modelLost.resolve(event.error))
      case 'usage':
        return emit({ type: 'usage', ...event.usage, estimatedCostUsd: estimateCostUsd(event.usage) })
      case 'reconnected':
        emit({ type: 'model.reconnected', reason: event.reason, gapMs: event.gapMs })
        return conversation?.model(event)
      case 'unreadable':
        // Once: a model that speaks in riddles would fill the screen.
        if (!warned) emit({ type: 'warning', code: 'model-message-unreadable', message: event.detail })
        warned = true
        return
      default:
        return conversation?.model(event)
    }
  }
  const readModel = async () => {
    for await (const event of model.events) hearModel(event)
  }
  void readModel()

  return {
    modelLost: modelLost.promise,
    concluded: concluded.promise,
    async attach(phone, detected) {
      const talking = createConversation(plan, phone, concluded.resolve)
      conversation = talking
      void detected.then(talking.detected)
      for await (const event of phone.events) {
        if (event.type === 'closed') return event.how
        talking.phone(event)
      }
      return 'dropped'
    },
    close() {
      conversation?.close()
    },
  }
}
