/** Completion for fish, 3.0 and newer. Pure. */
import type { ArgumentShape, CommandShape, FlagShape } from '../help/command-tree.ts'
import type { Values } from '../help/values.ts'
import { everyShape } from './every-shape.ts'

/** The script. */
export function fishCompletion(program: CommandShape): string {
  const shapes = everyShape(program)
  return `# Completion of ai-caller for fish. Made by 'ai-caller completion fish'.
# True on the command line of this very command, and not on those of the commands below it.
function __ai_caller_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at|$word"
            case ${shapes.slice(1).map(step).join(' ')}
                set at (string trim -- "$at $word")
        end
    end
    test "$at" = "$argv"
end
complete -c ai-caller -e
complete -c ai-caller -f
${shapes.flatMap(linesOf).join('\n')}
`
}

function step({ path }: CommandShape): string {
  return quoted(`${path.slice(0, -1).join(' ')}|${path.at(-1)}`)
}

function linesOf(shape: CommandShape): string[] {
  const at = `complete -c ai-caller -n ${quoted(`__ai_caller_at ${shape.path.join(' ')}`.trim())}`
  return [
    ...shape.commands.map(({ path, summary }) => `${at} -a ${path.at(-1)} -d ${quoted(summary)}`),
    ...shape.arguments.slice(0, 1).flatMap((argument) => ofArgument(at, argument)),
    ...shape.flags.map((flag) => ofFlag(at, flag)),
  ]
}

function ofArgument(at: string, { values }: ArgumentShape): string[] {
  return values.type === 'any' ? [] : [`${at} ${valuesIn(values)}`]
}

function ofFlag(at: string, { short, long, value, values, about }: FlagShape): string {
  const names = `${short ? `-s ${short.slice(1)} ` : ''}-l ${long.slice(2)}`
  if (value === 'none') return `${at} ${names} -d ${quoted(about)}`
  // As if every value were required: fish would expect an optional one behind an equals sign only.
  return `${at} ${names} ${isFile(values) ? '-r' : '-x'} ${valuesIn(values)} -d ${quoted(about)}`
}

function isFile(values: Values): boolean {
  return values.type === 'files' || (values.type === 'words' && values.files)
}

function valuesIn(values: Values): string {
  switch (values.type) {
    case 'any':
      return ''
    case 'files':
      return '-F'
    case 'folders':
      return "-a '(__fish_complete_directories)'"
    case 'words':
      return `${values.files ? '-F ' : ''}-a ${quoted(values.words.join(' '))}`
    default:
      return values satisfies never
  }
}

/** In single quotes fish knows two escapes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
