/** The shells that can complete command lines of `ai-caller`. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** True for one of them. */
export function isShell(name: string): name is Shell {
  return SHELLS.some((shell) => shell === name)
}
