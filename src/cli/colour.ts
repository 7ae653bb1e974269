/** One decision about colour, made before any library looks at the environment. */

/**
 * Turns `--no-color`, `NO_COLOR` and `FORCE_COLOR` into a FORCE_COLOR alone, which all libraries read alike: chalk does not know
 * NO_COLOR (https://no-color.org), and Node prints a warning where it sees both. FORCE_COLOR beats NO_COLOR, as it does in Node.
 */
export function settleColour(environment: NodeJS.ProcessEnv, argv: readonly string[]): void {
  if (argv.includes('--no-color') || (environment.NO_COLOR && !environment.FORCE_COLOR)) {
    environment.FORCE_COLOR = '0'
  }
  delete environment.NO_COLOR
}
