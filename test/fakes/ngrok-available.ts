/** Whether ngrok's native module exists for this platform; tests that drive it are skipped, visibly, where it does not. */
export const ngrokMissing: string | undefined = await import('@ngrok/ngrok').then(
  () => undefined,
  (error: unknown) => `@ngrok/ngrok cannot be loaded here: ${error instanceof Error ? error.message : error}`,
)

/** A suite title that says why the suite is skipped, if it is. */
export function titled(title: string): string {
  return ngrokMissing ? `${title} (skipped: ${ngrokMissing})` : title
}
