/** A queue with a push side for event sources and an AsyncIterable side for one reader. */

/** Pushed items wait until the one reader takes them, in order; the owner of the push side bounds what it pushes. */
export type Queue<T> = AsyncIterable<T> & {
  /** Adds an item; ignored after `end()`. */
  push(item: T): void
  /** Ends the sequence after the items already pushed. May be called twice. */
  end(): void
  /** How many items wait to be read. */
  readonly size: number
}

/** An empty queue for exactly one reader. */
export function createQueue<T>(): Queue<T> {
  let items: T[] = []
  let head = 0
  let ended = false
  let wake: ((result: IteratorResult<T>) => void) | undefined

  const take = (): T => {
    const item = items[head] as T
    head += 1
    if (head === items.length) {
      items = []
      head = 0
    }
    return item
  }
  const iterator: AsyncIterator<T> = {
    next: () => {
      if (head < items.length) return Promise.resolve({ value: take(), done: false })
      if (ended) return Promise.resolve({ value: undefined, done: true })
      return new Promise((resolve) => {
        wake = resolve
      })
    },
    return: () => {
      queue.end()
      items = []
      head = 0
      return Promise.resolve({ value: undefined, done: true })
    },
  }
  const queue: Queue<T> = {
    push(item) {
      if (ended) return
      if (wake) {
        const resolve = wake
        wake = undefined
        resolve({ value: item, done: false })
      } else items.push(item)
    },
    end() {
      ended = true
      wake?.({ value: undefined, done: true })
      wake = undefined
    },
    get size() {
      return items.length - head
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return queue
}
