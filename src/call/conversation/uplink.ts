/** The person's sound on its way to the model: no more of it waits in this program than the model could still make use of. */
import type { Emit } from '../events.ts'
import type { ModelLeg } from '../live-model.ts'

/** Some six seconds of sound at 16 kHz, as the wire wants it. Speech that is older is answered too late to be worth anything. */
const MOST_WAITING_BYTES = 262_144

/** The way up. */
export type Uplink = {
  /** Sends sound at the leg's rate, or drops it while the connection does not keep up. */
  send(pcm: Int16Array): void
  /** From now on the model hears silence: nothing is to interrupt it. */
  mute(): void
}

/** Warns once each time the connection falls behind. */
export function createUplink(model: ModelLeg, emit: Emit): Uplink {
  let behind = false
  let muted = false
  return {
    send(pcm) {
      const { bufferedBytes } = model
      if (bufferedBytes > MOST_WAITING_BYTES && !behind) {
        behind = true
        emit({
          type: 'warning',
          code: 'model-connection-slow',
          message: 'the connection to the model does not keep up: sound of the person is dropped',
          hint: 'Look at the network of this machine; a call needs 0.4 Mbit/s upwards.',
        })
      }
      // Half of it must have left before more is added, so that it is one gap and not many.
      if (bufferedBytes < MOST_WAITING_BYTES / 2) behind = false
      if (!behind) model.sendAudio(muted ? new Int16Array(pcm.length) : pcm)
    },
    mute() {
      muted = true
    },
  }
}
