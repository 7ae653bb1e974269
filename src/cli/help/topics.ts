/** The topics of `ai-caller help <topic>`. Each is loaded when it is asked for. */
import type { Block } from './blocks.ts'

type Topic = {
  /** For lists of topics: completes "NAME: ". */
  about: string
  load(): Promise<Block[]>
}

export const TOPICS = {
  'exit-codes': {
    about: 'what each of them means',
    load: async () => (await import('./exit-codes.ts')).exitCodesTopic(),
  },
  settings: {
    about: 'what a call needs, and where to get it',
    load: async () => (await import('./settings.ts')).settingsTopic(),
  },
  scripts: {
    about: 'the files that tell the agent what to do',
    load: async () => (await import('./scripts.ts')).scriptsTopic(),
  },
  events: {
    about: 'what --json writes, field by field',
    load: async () => (await import('./events.ts')).eventsTopic(),
  },
} as const satisfies Record<string, Topic>

export type TopicName = keyof typeof TOPICS

/** True for the name of a topic. */
export function isTopic(name: string): name is TopicName {
  return Object.hasOwn(TOPICS, name)
}
