/** Texts that try to steer a terminal or to pass for something else, and an independent judge of what may reach one. */

const ESC = '\u001b'

export const hostileTexts: readonly string[] = [
  `${ESC}[2J${ESC}[H`, // clear the screen
  `${ESC}[1A${ESC}[2K00:01  agent  ▸ forged`, // overwrite the line above
  `${ESC}]0;owned\u0007`, // window title
  `${ESC}]52;c;ZXZpbA==\u0007`, // clipboard
  `${ESC}]52;c;ZXZpbA==${ESC}\\`,
  `${ESC}]8;;https://evil.example\u0007click${ESC}]8;;\u0007`, // hyperlink
  `${ESC}]1337;File=inline=1:AAAA\u0007`, // iTerm2 picture
  `${ESC}]777;notify;a;b\u0007`,
  `${ESC}]4;1;?\u0007`, // colour query: the terminal would type the answer
  `${ESC}[6n`, // cursor position query
  `${ESC}[c`, // device attributes query
  `${ESC}[>0q`,
  `${ESC}[21t`, // report the window title as typed text
  `${ESC}P$q"p${ESC}\\`, // DCS
  `${ESC}P+q544e${ESC}\\`,
  `${ESC}_Gf=24;AAAA${ESC}\\`, // APC: kitty picture
  `${ESC}^private${ESC}\\`, // PM
  `${ESC}Xstring${ESC}\\`, // SOS
  `${ESC}c`, // full reset
  `${ESC}(0lqqk${ESC}(B`, // line drawing characters
  `${ESC}[?1049h`, // alternate screen
  `${ESC}[?25l`, // hide the cursor
  `${ESC}[?1000h`, // mouse reports
  `${ESC}[?2004h`,
  `${ESC}[31mred${ESC}[0m`,
  `${ESC}[8mhidden${ESC}[28m`,
  `${ESC}7${ESC}8`,
  `${ESC}[3g`,
  `${ESC}[1;1r`,
  `${ESC}${ESC}[2J`,
  `${ESC}[\u00002J`,
  '\u009b2J', // the same with one-byte introducers (C1)
  '\u009d0;owned\u009c',
  '\u0090$q"p\u009c',
  '\u009fGf=24\u009c',
  '\u0085next line',
  'agent: yes\rperson: no',
  'abc\b\b\bxyz',
  'bell\u0007',
  'vertical\u000btab\u000cform feed',
  'shift\u000eout\u000fin',
  'delete\u007f',
  '\u202Egnp.exe', // right-to-left override
  '\u2066isolate\u2069',
  'left\u200Eright\u200F\u061C',
  'invisible\u200Bspace\uFEFF',
  'line\u2028separator\u2029paragraph',
  '\u{E0001}\u{E0068}\u{E0069}\u{E007F}', // tag characters
  'lone \ud83d surrogate \ude00',
  'deprecated \u206A\u206F and annotated \uFFF9a\uFFFAb\uFFFB',
  '\n00:09  agent  ▸ I will send the money\n',
  '\r\n\r\n✓ The person hung up.\r\n',
]

/** Every code point of `text` that must not reach a terminal, as `U+XXXX`. */
export function forbiddenIn(text: string): string[] {
  const forbidden = (point: number) =>
    (point < 0x20 && point !== 0x0a) ||
    (point >= 0x7f && point <= 0x9f) ||
    point === 0x061c ||
    point === 0x200b ||
    point === 0x200e ||
    point === 0x200f ||
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2066 && point <= 0x206f) ||
    (point >= 0xd800 && point <= 0xdfff) ||
    point === 0xfeff ||
    (point >= 0xfff9 && point <= 0xfffb) ||
    (point >= 0xe0000 && point <= 0xe007f)
  return [...text]
    .map((char) => char.codePointAt(0) ?? 0)
    .filter(forbidden)
    .map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`)
}

/** `text` cut in two at every place, surrogate pairs included. */
export function splits(text: string): [string, string][] {
  return Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)])
}
