/** What is said when a command line cannot be understood. */
import type { Command } from 'commander'
import { cleanLine } from '../../reporters/clean-text.ts'
import { commandPath, everyCommand } from './command-path.ts'

/** Commander's complaint about the words of a command, on one line, with what was probably meant, and without values that may be secrets typed into the wrong place. */
export function usageSentence(text: string, command: Command): string {
  const sentence = cleanLine(text.trim().replace(/('-[^'=]*)=[^']*'/, "$1' with a value"))
  if (/unknown option '[^']*(token|secret|key|sid)/i.test(sentence)) {
    return `${sentence}. Keys and tokens are never flags: put them into the environment or .env.`
  }
  if (/too many arguments for 'call'/.test(sentence))
    return `${sentence} Put quotes around a number or text with spaces.`
  const number = /unknown command '(\+[\d\s().-]+)'/.exec(sentence)?.[1]
  if (number !== undefined) return `${sentence} (Did you mean ai-caller call '${number}'?)`
  const flag = /unknown (?:option|command) '([\w-]+)'(?!.*\?\)$)/.exec(sentence)?.[1]
  if (flag === undefined) return sentence
  const meant = sameLetters(flag, command)
  return `${sentence}${meant === undefined ? ownersOf(flag, command) : ` (Did you mean ${meant}?)`}`
}

/** A flag of the command in another case or with other dashes: `-all`, `--JSON`, `-v`, `version`. */
function sameLetters(word: string, { options }: Command): string | undefined {
  const letters = (text: string | undefined) => text?.replace(/^-+/, '').toLowerCase()
  const meant = options.find(({ short, long }) => [letters(short), letters(long)].includes(letters(word)))
  return meant?.long
}

/** A flag given to the wrong command. */
function ownersOf(flag: string, command: Command): string {
  let program = command
  while (program.parent) program = program.parent
  const owners = everyCommand(program).filter(({ options }) => options.some(({ long }) => long === flag))
  const names = owners.map((owner) => `'${commandPath(owner)}'`)
  return names.length === 0 ? '' : ` (It is a flag of ${names.join(' and ')}.)`
}
