/** Goodbyes in words: whether what the agent has said ends the conversation. For the model that forgets to call its function. Pure. */
import { FAREWELL_WORDS, type FarewellWords } from './farewell-words.ts'

/** More than any two last sentences, and little enough that hostile text costs nothing. */
const LOOKED_AT = 600
/** A clause with more "and"s than these is no goodbye. */
const MAX_CONJUNCTIONS = 4
/** A person's name and title are no longer, in words. */
const LONGEST_NAME = 4

/** What a clause is to a goodbye. `neutral`: politeness that may stand beside one. */
type Kind = 'goodbye' | 'parting' | 'neutral'
type Matchers = Record<'goodbye' | 'parting' | 'alsoHello' | 'polite' | 'filler' | 'leadingFillers', RegExp>

/**
 * True when a finished turn of the agent takes leave: its last words are a goodbye or a wish for the day, at most followed by thanks or a name,
 * and ask nothing. `language` is a BCP-47 tag; without one, or in a language whose words are not known here, the words of all languages count.
 * Rather misses a goodbye than cuts a conversation: words about a goodbye are none.
 */
export function saysFarewell(text: string, language: string | undefined): boolean {
  const matchers = matchersFor(language)
  const sentences = sentencesOf(text)
  const last = sentences.length - 1
  const judge = (index: number) => {
    const sentence = sentences[index]
    if (sentence === undefined || isQuestion(sentence)) return undefined
    const asked = sentences[index - 1]
    const place = { opens: index === 0, afterQuestion: asked !== undefined && isQuestion(asked) }
    return judgeSentence(sentence, matchers, place)
  }
  const verdict = judge(last)
  return verdict === 'farewell' || (verdict === 'neutral' && judge(last - 1) === 'farewell')
}

/** True when a finished turn of the agent ends with one of these phrases, whatever its letter case and punctuation. */
export function endsWithPhrase(text: string, phrases: readonly string[]): boolean {
  const said = ` ${bareWords(text)}`
  return phrases.some((phrase) => bareWords(phrase) !== '' && said.endsWith(` ${bareWords(phrase)}`))
}

function bareWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

/** `opens`: nothing is said before it. A wish after a question ("If not, have a nice day.") waits for the answer. */
function judgeSentence(
  sentence: string,
  matchers: Matchers,
  { opens, afterQuestion }: { opens: boolean; afterQuestion: boolean },
): 'farewell' | 'neutral' | undefined {
  const kinds: (Kind | undefined)[] = []
  for (const clause of clausesOf(sentence)) {
    const called = isName(clause) && kinds.some((kind) => kind === 'goodbye' || kind === 'parting')
    kinds.push(kindOf(clause, matchers, opens && kinds.length === 0) ?? (called ? 'neutral' : undefined))
  }
  const decisive = kinds.findLast((kind) => kind !== 'neutral')
  if (kinds.every((kind) => kind !== undefined)) return decisive ? 'farewell' : 'neutral'
  return decisive === 'goodbye' && !afterQuestion ? 'farewell' : undefined
}

function kindOf(clause: string, matchers: Matchers, opens: boolean): Kind | undefined {
  const { goodbye, parting, alsoHello, polite, filler, leadingFillers } = matchers
  for (const said of withoutName(clause)) {
    const folded = fold(said)
    for (const words of [folded, folded.replace(leadingFillers, '')]) {
      if (alsoHello.test(words)) return opens && words === folded ? undefined : 'goodbye'
      if (goodbye.test(words)) return 'goodbye'
      if (parting.test(words)) return 'parting'
    }
  }
  const bare = fold(clause).replace(leadingFillers, '')
  const isNeutral = polite.test(bare) || filler.test(bare)
  return kindOfParts(clause, matchers, opens) ?? (isNeutral ? 'neutral' : undefined)
}

/** Both sides of an "and", when each makes sense by itself. */
function kindOfParts(clause: string, matchers: Matchers, opens: boolean): Kind | undefined {
  const conjunctions = [...clause.matchAll(/\s(?:and|und|et|y|e|en|i|&)(?=\s)/gi)]
  if (conjunctions.length > MAX_CONJUNCTIONS) return undefined
  for (const { index, 0: conjunction } of conjunctions) {
    const left = kindOf(clause.slice(0, index), matchers, opens)
    const right = left && kindOf(clause.slice(index + conjunction.length).trim(), matchers, false)
    if (left && right) return [left, right].find((kind) => kind !== 'neutral') ?? 'neutral'
  }
  return undefined
}

/** Short titles keep their dot from ending a sentence; a dot inside a number or an abbreviation ends none. */
function sentencesOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .slice(-LOOKED_AT)
    .replace(
      /(?<![.\p{L}])(Mr|Mrs|Ms|Dr|Prof|St|Sr|Sra|Srta|Hr|Fr|M|Mme|Mlle|Dott|Sig|Dhr|Mevr)\.(?=\s)/gu,
      '$1',
    )
    .split(/(?<=[!?。])(?![!?.。])|(?<=\.)(?=\s|\p{Lu})|\n/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
}

/** By its mark, or by the particle that asks in Japanese. */
function isQuestion(sentence: string): boolean {
  return /[?¿]|か[。.]?$/.test(sentence)
}

/** Commas and dashes part; a colon does not: what follows it is quoted ("The word is: goodbye."). So are quotation marks, which no word here has. */
function clausesOf(sentence: string): string[] {
  return sentence
    .split(/[,;、–—]|\s-\s/)
    .map((clause) => clause.replace(/^[\s.!¡。*]+|[\s.!。*]+$/g, ''))
    .filter((clause) => clause !== '')
}

/** The clause, and what is left of it without the name at its end. */
function* withoutName(clause: string): Generator<string> {
  yield clause
  const words = clause.split(/\s+/)
  for (let count = 1; count <= LONGEST_NAME && count < words.length; count++) {
    if (!isName(words.slice(-count).join(' '))) return
    yield words.slice(0, -count).join(' ')
  }
}

const NAME_WORD =
  /^(?:\p{Lu}[\p{L}\p{M}'’.-]*|\p{Lo}{1,8}(?:様|さん|さま)|madame|mademoiselle|monsieur|señor|señora|señorita|signor|signora|senhor|senhora|meneer|mevrouw|pan|pani|panie|panu|państwu|sir|madam|ma'am|everyone|everybody|dear|my|friend)$/u

function isName(text: string): boolean {
  const words = text.split(/\s+/)
  return words.length <= LONGEST_NAME && words.every((word) => NAME_WORD.test(word))
}

/** Small letters without accents, straight apostrophes, words parted by single spaces. */
function fold(text: string): string {
  return foldLetters(text)
    .replace(/[’‘`´]/g, "'")
    .replace(/[\s-]+/g, ' ')
    .trim()
}

function foldLetters(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

const compiled = new Map<string, Matchers>()

function matchersFor(language: string | undefined): Matchers {
  const tables: Readonly<Record<string, FarewellWords>> = FAREWELL_WORDS
  const subtag = language?.split('-')[0]?.toLowerCase() ?? ''
  const key = Object.hasOwn(tables, subtag) ? subtag : ''
  const known = compiled.get(key)
  if (known) return known
  const matchers = compile(
    Object.entries(tables).flatMap(([name, words]) => (key === '' || name === key ? [words] : [])),
  )
  compiled.set(key, matchers)
  return matchers
}

function compile(tables: readonly FarewellWords[]): Matchers {
  const anyOf = (list: keyof FarewellWords) => {
    const pieces = tables.flatMap((words) => words[list]).map(foldLetters)
    // Of no words at all: nothing matches.
    return pieces.length === 0 ? '[]' : `(?:${pieces.join('|')})`
  }
  const whole = (source: string) => new RegExp(`^${source}$`)
  const fillers = anyOf('fillers')
  return {
    goodbye: whole(anyOf('goodbyes')),
    parting: whole(anyOf('partings')),
    alsoHello: whole(anyOf('alsoHello')),
    polite: whole(anyOf('polite')),
    filler: whole(fillers),
    leadingFillers: new RegExp(`^(?:${fillers} )+`),
  }
}
