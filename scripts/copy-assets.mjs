// What the build needs beside compiled code: the simulator's scenarios and speech clips.
import { cpSync } from 'node:fs'

for (const folder of ['sim/scenarios', 'sim/clips'])
  cpSync(new URL(`../src/${folder}`, import.meta.url), new URL(`../dist/${folder}`, import.meta.url), {
    recursive: true,
  })
