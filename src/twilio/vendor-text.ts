/** Words of a vendor made fit to be shown: without secrets, telephone numbers, or anything a terminal would obey. */

const MAX_LENGTH = 240

/** Seven digits or more, as numbers are written, not inside a word (a SID is a word). */
const NUMBER = /(?<![0-9A-Za-z])\+?\d(?:[ ().-]{0,2}\d){6,17}(?![0-9A-Za-z])/g

/**
 * `text` from Twilio for use in a message of ours: every one of `secrets` replaced, control and invisible formatting characters
 * removed, telephone numbers masked, at most 240 characters.
 */
export function vendorText(text: string, secrets: readonly string[]): string {
  const shown = redact(text, secrets)
    .slice(0, 10 * MAX_LENGTH)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(NUMBER, maskNumber)
    .replace(/ {2,}/g, ' ')
    .trim()
  return shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH - 1)}…` : shown
}

/** `+14155550123` as `+1••••••0123`: enough to recognise a number, too little to call it. Zones 1 and 7 have one-digit country codes; of the others two digits are shown. */
export function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, '')
  const country = !number.startsWith('+')
    ? ''
    : /^[17]/.test(digits)
      ? digits.slice(0, 1)
      : digits.slice(0, 2)
  const hidden = '•'.repeat(Math.max(0, digits.length - country.length - 4))
  return `${number.startsWith('+') ? '+' : ''}${country}${hidden}${digits.slice(-4)}`
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret ? clean.replaceAll(secret, '[redacted]') : clean), text)
}
