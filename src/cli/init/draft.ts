/** The settings as they will be: what is there, what the user keeps of it, and what is given instead. */
import { type Parsed, quoted } from '../../config/parsed.ts'
import { SETTINGS, type SettingName, type Settings } from '../../config/settings.ts'
import type { Talk } from './talk.ts'

/** What is there before the first question, and where. */
export type Found = {
  settings: Settings
  sources: Readonly<Partial<Record<SettingName, 'environment' | '.env'>>>
}

type Parse = (text: string) => Parsed<string>

/** Settings in the making. */
export type Draft = {
  readonly changes: Settings
  readonly unresolved: readonly SettingName[]
  has(name: SettingName): boolean
  /**
   * The value that is kept or given. Undefined when it comes from the environment and is wrong. `again`: the last one was refused, so
   * nobody is asked whether to keep it.
   */
  take(name: SettingName, parse: Parse, again: boolean): Promise<string | undefined>
  /** Whether what is there stays: the environment always does, a line of the file when it has the right form and the user agrees. */
  keep(name: SettingName, parse: Parse): Promise<boolean>
  /** Asks for a value; `where` to get it. */
  ask(name: SettingName, parse: Parse, where: string): Promise<string>
  /** Takes a setting of the file away. */
  clear(name: SettingName): void
  /** True, and noted, when all of these come from the environment: then to ask again is of no use. */
  cannotChange(...names: readonly SettingName[]): boolean
}

/** Nothing asked yet. */
export function createDraft({ settings, sources }: Found, talk: Talk): Draft {
  const changes: Partial<Record<SettingName, string>> = {}
  const unresolved = new Set<SettingName>()
  const explained = new Set<SettingName>()
  const isFixed = (name: SettingName) => sources[name] === 'environment'

  const keep = async (name: SettingName, parse: Parse) => {
    const value = settings[name] ?? ''
    const parsed = parse(value)
    const shown = `${name}: ${masked(name, value)}`
    if (isFixed(name)) {
      talk.say('note', `${shown}, from the environment, which wins over .env.`)
      if ('wrong' in parsed) {
        unresolved.add(name)
        talk.say('bad', `It ${parsed.wrong}. Change it in the environment.`)
      }
      return true
    }
    if ('wrong' in parsed) {
      talk.say('bad', `${shown}, in .env. It ${parsed.wrong}.`)
      return false
    }
    return talk.askWhether(`${shown}, in .env. Keep it?`)
  }
  const ask = async (name: SettingName, parse: Parse, where: string) => {
    const { purpose, secret } = SETTINGS[name]
    // At the second time it stands above already.
    if (!explained.has(name)) talk.say('note', `${name} is ${purpose}.`, capital(where))
    explained.add(name)
    const before = changes[name] ?? settings[name]
    const given = secret ? await talk.askSecret(name, parse) : await talk.askText(name, parse, before)
    if (given === settings[name]) delete changes[name]
    else changes[name] = given
    return given
  }
  return {
    changes,
    get unresolved() {
      return [...unresolved]
    },
    has: (name) => settings[name] !== undefined,
    async take(name, parse, again) {
      const isThere = settings[name] !== undefined
      const stays = isThere && (isFixed(name) || !again) && (again || (await keep(name, parse)))
      if (!stays) return ask(name, parse, SETTINGS[name].without)
      const parsed = parse(settings[name] ?? '')
      return 'value' in parsed ? parsed.value : undefined
    },
    keep,
    ask,
    clear(name) {
      changes[name] = ''
    },
    cannotChange(...names) {
      if (!names.every(isFixed)) return false
      for (const name of names) unresolved.add(name)
      talk.say('bad', `Change ${names.join(' or ')} in the environment.`)
      return true
    },
  }
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

function masked(name: SettingName, value: string): string {
  return SETTINGS[name].secret ? `${value.length} characters, not shown` : quoted(value)
}
