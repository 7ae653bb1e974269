/** A promise and the hand that settles it, for events that happen outside. */

/** `resolve` counts once; later calls change nothing. */
export type Later<T> = { readonly promise: Promise<T>; resolve(value: T): void }

/** A promise that is settled by hand. */
export function createLater<T>(): Later<T> {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve: (value) => resolve(value) }
}
