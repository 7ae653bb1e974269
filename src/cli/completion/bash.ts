/** Completion for bash, 3.2 (that of macOS) and newer. Pure. */
import type { CommandShape, FlagShape } from '../help/command-tree.ts'
import type { Values } from '../help/values.ts'
import { everyShape, firstValues } from './every-shape.ts'

/** The script. Every word in it is a name of ours: letters, digits, dots and dashes. */
export function bashCompletion(program: CommandShape): string {
  const shapes = everyShape(program)
  const steps = shapes.slice(1).map(({ path }) => `'${path.slice(0, -1).join(' ')}|${path.at(-1)}'`)
  const takers = shapes.flatMap((shape) =>
    shape.flags.filter(({ value }) => value !== 'none').flatMap((flag) => spellings(shape, flag)),
  )
  return `# Completion of ai-caller for bash. Made by 'ai-caller completion bash'.
_ai_caller() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at='' flag='' word i
  COMPREPLY=()
  # Which command this is, and of which flag the current word is the value. Bash makes three words of --voice=Kore.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $flag && $word != -* ]]; then flag=''; continue; fi
    flag=''
    case "$at|$word" in
      ${steps.join(' | ')}) at="\${at:+$at }$word" ;;
      ${takers.join(' | ')}) flag=$word ;;
    esac
  done
  if [[ $cur == '=' ]]; then cur=''; fi
  if [[ $cur == -* ]]; then
    case $at in
${shapes.map((shape) => arm(shape.path.join(' '), words(flagNames(shape)))).join('\n')}
    esac
    return
  fi
  case "$at|$flag" in
${shapes.flatMap(valueArms).join('\n')}
  esac
}
_ai_caller_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$cur")
}
_ai_caller_paths() {
  local word
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$1" -- "$cur")
}
complete -F _ai_caller ai-caller
`
}

function valueArms(shape: CommandShape): string[] {
  const at = shape.path.join(' ')
  const ofFlags = shape.flags
    .filter(({ value }) => value !== 'none')
    .map((flag) => arm(spellings(shape, flag).join(' | '), commands(flag.values), true))
  // Where nothing can be said about the next word, a flag may come.
  const next = commands(firstValues(shape)) || words(flagNames(shape))
  return [...ofFlags, arm(`${at}|`, next)]
}

function spellings({ path }: CommandShape, { short, long }: FlagShape): string[] {
  return [short, long].flatMap((name) => (name ? [`'${path.join(' ')}|${name}'`] : []))
}

function arm(pattern: string, command: string, isQuoted = false): string {
  return `    ${isQuoted ? pattern : `'${pattern}'`}) ${command || ':'} ;;`
}

function commands(values: Values): string {
  switch (values.type) {
    case 'any':
      return ''
    case 'files':
      return '_ai_caller_paths -f'
    case 'folders':
      return '_ai_caller_paths -d'
    case 'words':
      return values.files ? `${words(values.words)}; _ai_caller_paths -f` : words(values.words)
    default:
      return values satisfies never
  }
}

function words(list: readonly string[]): string {
  return list.length === 0 ? '' : `_ai_caller_words '${list.join(' ')}'`
}

function flagNames({ flags }: CommandShape): string[] {
  return flags.flatMap(({ short, long }) => (short ? [short, long] : [long]))
}
