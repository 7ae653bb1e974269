/** The README as its tests read it. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '..')
export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
export const README = read('README.md')

/** The text between a heading and the next one. */
export const section = (heading: string) => README.split(`\n${heading}\n`)[1]?.split(/^#{2,3} /m)[0] ?? ''

/** The texts between fences of this language. */
export const fenced = (language: string, text: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map((match) => match[1] ?? '')

/** The names in backticks. */
export const names = (cells: readonly string[]) =>
  cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))

/** The first column of every table with this heading. */
export const firstColumn = (head: string) =>
  README.split(`| ${head} |`)
    .slice(1)
    .flatMap((table) => {
      const rows = table.split('\n').slice(2)
      const end = rows.findIndex((row) => !row.startsWith('|'))
      return rows.slice(0, end).map((row) => row.split('|')[1]?.trim() ?? '')
    })

/** Every line that is shown as one to type, continued lines joined; scripts and files stand between fences. */
const typed = README.replace(/^```.*?^```$/gms, '')
  .replaceAll(/ *\\\n */g, ' ')
  .split('\n')
  .flatMap((line) => line.match(/^ {4}(?! )(.*)$/)?.slice(1) ?? [])

/** Command lines of this program, without its name. */
export const inBlocks = typed.flatMap((line) => line.match(/^(?:npx )?ai-caller (.*)$/)?.slice(1) ?? [])
const inScripts = [...fenced('sh', README), ...typed.filter((line) => line.includes('&& ai-caller'))]
  .flatMap((script) => [...script.matchAll(/(?:^|&& ) *ai-caller ([^>|\n]*)/gm)])
  .map((match) => match[1] ?? '')
const inSentences = [...README.matchAll(/`ai-caller ([^`]+)`/g)].map((match) => match[1] ?? '')
export const commands = [...new Set([...inBlocks, ...inScripts, ...inSentences])]

/** Command lines of other programs: what is neither ours, nor a comment, nor a word of the shell, nor the list of folders. */
export const foreign = typed
  .map((line) => line.replace(/ +#.*/, ''))
  .filter((line) => line !== '' && !/^((npx )?ai-caller|#|case|esac|bin\/|src\/)/.test(line))

/** Lines of other programs, and why no test here types them. */
export const NOT_RUN_HERE = {
  'npm ci && npm run demo': 'lasts as long as the call; the picture is of the same call',
  'npm ci && npm test': 'is what runs this test',
  'cloudflared tunnel --url http://127.0.0.1:8080': 'needs the network, and a program that we do not bring',
  'cloudflared tunnel login': 'needs an account with Cloudflare',
  'cloudflared tunnel create calls': 'needs an account with Cloudflare',
  'cloudflared tunnel route dns calls calls.example.com': 'needs an account with Cloudflare',
  'cloudflared tunnel run calls': 'needs an account with Cloudflare',
  'tailscale funnel 8080': 'needs an account with Tailscale',
  '30 9 * * 1-5  cd /home/dana/calls && ai-caller call +12025550123 --script reminder.yaml --quiet || echo "ended with $?"':
    'a line of a crontab; its command is checked above',
  'set -a; . ./sim.env; set +a': 'is run with the simulator, in readme-shell.test.ts',
} as const satisfies Record<string, string>
