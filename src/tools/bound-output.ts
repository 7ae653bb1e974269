/** What a function brings, in the size that a model can use: it is read again with every turn of the call. Pure. */

const MAX_JSON_LENGTH = 16 * 1024
/** Google's own format for such values nests to 100 levels; whoever nests deeper than this has no answer to a question. */
const MAX_DEPTH = 32

/** For a call that brought nothing: models repeat calls whose results say nothing. */
const DONE = { status: 'done' }
const NO_RESULTS = {
  status: 'no_results',
  message: 'There is nothing to be found; asking again will not help.',
}

/**
 * `value`, made from JSON or text, when it has something to say and at most 16 K characters of JSON; else words that say so, with as
 * much of its beginning as fits.
 */
export function boundOutput(value: unknown): unknown {
  if (isEmpty(value)) return Array.isArray(value) ? NO_RESULTS : DONE
  if (nestsDeeper(value, MAX_DEPTH))
    return { status: 'unreadable', note: 'The answer nests too deeply to be read.' }
  const json = JSON.stringify(value)
  if (json.length <= MAX_JSON_LENGTH) return value
  const text = typeof value === 'string' ? value : json
  const note = `This is only the beginning: ${text.length} characters were too many.`
  return { note, beginning: beginningOf(text) }
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  return typeof value === 'object' && Object.keys(value).length === 0
}

function nestsDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => nestsDeeper(inner, depth - 1))
}

/** As much of `text` as fits, written as JSON, beside the note; escaping can make six characters of one. */
function beginningOf(text: string): string {
  const room = MAX_JSON_LENGTH - 128
  let beginning = text.slice(0, room)
  for (
    let length = JSON.stringify(beginning).length;
    length > room;
    length = JSON.stringify(beginning).length
  )
    beginning = beginning.slice(0, Math.floor((beginning.length * room) / length))
  return beginning
}
