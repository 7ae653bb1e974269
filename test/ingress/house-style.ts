/** How every error of the product is told. */
import { expect } from 'vitest'
import { CallError } from '../../src/call/error.ts'

/** True of an error whose message is a sentence without capital and full stop, and whose hint is a sentence with both. */
export function expectHouseStyle(error: unknown): void {
  if (!(error instanceof CallError)) throw new TypeError('no CallError')
  // The names of settings are in capitals.
  expect(error.message).toMatch(/^([a-z]|NGROK_).*[^.]$/)
  expect(error.hint).toMatch(/^[A-Z].*\.$/)
}
