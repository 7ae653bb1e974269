import { describe, expect, it } from 'vitest'
import { googleErrorText } from '../../src/gemini/refused-upgrade.ts'

describe('the error body of Google', () => {
  it.each([
    ['{"error":{"code":403,"message":"No","status":"PERMISSION_DENIED"}}', 'No'],
    ['{"error":"No"}', ''],
    ['{"error":{"message":{}}}', ''],
    ['null', ''],
    ['<html>', ''],
    ['', ''],
  ])('%s says %j', (body, text) => {
    expect(googleErrorText(body)).toBe(text)
  })
})
