/** The doors: what stands at which path. Knows addresses, not sockets; `listener` serves what stands here. */
import type { DoorRequest, DoorSocket, DoorSocketSink, Doors } from '../call/public-address.ts'

/** A door for form POSTs. */
export type PostDoor = {
  admit(request: DoorRequest): boolean
  received(request: DoorRequest): string | undefined
}

/** A door for WebSockets. */
type SocketDoor = {
  admit(request: DoorRequest): boolean
  connected(socket: DoorSocket): DoorSocketSink
}

/** All open doors by exact path, one map for each kind of request. A GET door is nothing but its answer. */
export type DoorTable = {
  readonly gets: Map<string, string>
  readonly posts: Map<string, PostDoor>
  readonly sockets: Map<string, SocketDoor>
}

/** A table without doors. */
export function createDoorTable(): DoorTable {
  return { gets: new Map(), posts: new Map(), sockets: new Map() }
}

/**
 * Puts `door` at `basePath + suffix` and at `suffix` alone, because a reverse proxy may strip the path of the public address.
 * The returned function takes it away again.
 */
export function openDoor<D>(doors: Map<string, D>, basePath: string, suffix: string, door: D): () => void {
  const paths = new Set([basePath + suffix, suffix])
  for (const path of paths) doors.set(path, door)
  return () => {
    for (const path of paths) if (doors.get(path) === door) doors.delete(path)
  }
}

/** The path of a request target, without its query. */
export function pathOf(requestTarget: string): string {
  const query = requestTarget.indexOf('?')
  return query < 0 ? requestTarget : requestTarget.slice(0, query)
}

/** The path of a public address, without a trailing slash: empty for a bare host. */
export function basePathOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/+$/, '')
}

/** The table as the rest of the house sees it, at its public address (`ws://` or `wss://`, without a trailing slash). */
export function createDoors(table: DoorTable, publicUrl: string): Doors {
  const basePath = basePathOf(publicUrl)
  return {
    publicUrl,
    onPost: (suffix, admit, received) => openDoor(table.posts, basePath, suffix, { admit, received }),
    onSocket: (suffix, admit, connected) => openDoor(table.sockets, basePath, suffix, { admit, connected }),
  }
}
