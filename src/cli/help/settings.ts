/** `ai-caller help settings`. */
import { parseServices } from '../../config/services.ts'
import { SETTING_NAMES, SETTINGS, type SettingName } from '../../config/settings.ts'
import type { Block } from './blocks.ts'

/** Every setting: what it is, whether a call needs it, and where to get it or what holds without it. */
export function settingsTopic(): Block[] {
  // Whoever judges the settings knows which of them are missed.
  const needed = parseServices({}).problems.map(({ setting }) => setting)
  const others = SETTING_NAMES.filter((name) => !needed.includes(name))
  return [
    {
      type: 'text',
      text: 'Flags win over the environment, the environment over a file named .env in the working directory. Secrets are never flags and never printed.',
    },
    { type: 'text', text: 'A call needs:' },
    ...needed.map((name) => entry(name, SETTINGS[name].without)),
    { type: 'text', text: 'These may be set:' },
    ...others.map((name) => entry(name, `without it: ${SETTINGS[name].without}`)),
    { type: 'text', text: 'Unencrypted ws:// and http:// are accepted for loopback hosts only.' },
    {
      type: 'text',
      text: "'ai-caller init' asks for what is missing; 'ai-caller status --verbose' says how each of them stands.",
    },
  ]
}

function entry(name: SettingName, more: string): Block {
  const { purpose, secret } = SETTINGS[name]
  return { type: 'entry', term: name, text: `${purpose}${secret ? ' (secret)' : ''}; ${more}`, rows: [] }
}
