/** Completion for zsh, 5.0 and newer. Pure. */
import type { ArgumentShape, CommandShape, FlagShape } from '../help/command-tree.ts'
import type { Values } from '../help/values.ts'
import { everyShape } from './every-shape.ts'

/** The script: for a folder of $fpath under the name _ai-caller, or to be sourced. */
export function zshCompletion(program: CommandShape): string {
  return `#compdef ai-caller
# Completion of ai-caller for zsh. Made by 'ai-caller completion zsh'.
${everyShape(program)
  .map((shape) => (shape.commands.length > 0 ? group(shape) : single(shape)))
  .join('\n')}
_ai_caller_or_file() {
  _alternative "word:word:($*)" 'file:file:_files'
}
if [[ $funcstack[1] == _ai-caller ]]; then
  _ai_caller "$@"
else
  compdef _ai_caller ai-caller
fi
`
}

function group(shape: CommandShape): string {
  const name = functionName(shape)
  const names = shape.commands.map(({ path, summary }) => quoted(`${path.at(-1)}:${summary}`))
  const arms = shape.commands.map((one) => `        ${one.path.at(-1)}) ${functionName(one)} ;;`)
  return `${name}() {
  local curcontext=$curcontext state line
  local -a commands
  typeset -A opt_args
  commands=(
${names.map((one) => `    ${one}`).join('\n')}
  )
  _arguments -C ${[...shape.flags.map(ofFlag), "'1: :->command'", "'*:: :->rest'"].join(CONTINUED)} && return
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${arms.join('\n')}
      esac ;;
  esac
}`
}

function single(shape: CommandShape): string {
  const specs = [...shape.flags.map(ofFlag), ...shape.arguments.map(ofArgument)]
  return `${functionName(shape)}() {
  _arguments ${specs.join(CONTINUED)}
}`
}

const CONTINUED = ' \\\n    '

function functionName({ path }: CommandShape): string {
  return ['_ai_caller', ...path].join('_')
}

function ofFlag({ short, long, value, values, about, repeatable }: FlagShape): string {
  const takes = value === 'none' ? '' : `${value === 'optional' ? '::' : ':'}${action(long.slice(2), values)}`
  const equals = value === 'none' ? '' : '='
  const rest = `${equals}[${about.replace(/[[\]\\]/g, '\\$&')}]${takes}`
  if (!short) return quoted(`${repeatable ? '*' : ''}${long}${rest}`)
  // The braces must stand outside of the quotes: they make two specifications of one.
  return `${quoted(repeatable ? '*' : `(${short} ${long})`)}{${short},${long}}${quoted(rest)}`
}

function ofArgument({ written, values, repeatable }: ArgumentShape): string {
  const place = repeatable ? '*' : written.startsWith('[') ? ':' : '1'
  return quoted(`${place}:${action(written.replace(/[^\w-]/g, ''), values)}`)
}

/** What is asked for, and where it comes from. */
function action(what: string, values: Values): string {
  switch (values.type) {
    case 'any':
      return `${what}: `
    case 'files':
      return `${what}:_files`
    case 'folders':
      return `${what}:_files -/`
    case 'words': {
      const words = values.words.join(' ')
      return `${what}:${values.files ? ` _ai_caller_or_file ${words}` : `(${words})`}`
    }
    default:
      return values satisfies never
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
