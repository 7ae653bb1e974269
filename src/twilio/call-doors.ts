/** The doors of one call: for its media streams, its status, the word on who answered, and its transfers. */
import { type CallStreams, createCallStreams } from './call-streams.ts'
import { openDetectionDoor } from './detection-door.ts'
import type { DoorKeys } from './signed-door.ts'
import { openStatusDoor, type StatusDoor } from './status-door.ts'
import type { StatusWatch } from './status-watch.ts'
import { openTransferDoors, type TransferDoors } from './transfer-doors.ts'
import type { StreamTarget } from './twiml.ts'

/** The open doors. SID, status and who answered go from all of them to the ledger. */
export type CallDoors = {
  /** Of the first stream. */
  readonly stream: StreamTarget
  readonly streams: CallStreams
  readonly status: Pick<StatusDoor, 'url' | 'isTold' | 'lastWord'>
  /** Undefined when nobody asked who answers. */
  readonly detectionUrl: string | undefined
  openTransfer(): TransferDoors
  /** Closes all doors; streams that have begun go on. */
  close(): void
}

/** Opens what Twilio is told of at dialling; to be called before that, since Twilio may be quicker at the door than with its answer. */
export function openCallDoors(keys: DoorKeys, watch: StatusWatch, detectMachine: boolean): CallDoors {
  const { ledger } = keys
  const streams = createCallStreams(keys, watch)
  const stream = streams.openDoor()
  const status = openStatusDoor(keys, stream.token, watch.heard)
  const detection = detectMachine ? openDetectionDoor(keys, stream.token) : undefined
  const transfers: TransferDoors[] = []
  return {
    stream,
    streams,
    status,
    detectionUrl: detection?.url,
    openTransfer() {
      const doors = openTransferDoors(keys, () =>
        ledger.isOver || streams.isReleased ? undefined : streams.openDoor(),
      )
      transfers.push(doors)
      return doors
    },
    close() {
      streams.closeDoors()
      for (const door of [status, detection, ...transfers]) door?.close()
    },
  }
}
