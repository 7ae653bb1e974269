// src -> dist: compiled code from a clean start, and what the simulator needs beside it.
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

rmSync(at('dist'), { recursive: true, force: true })
try {
  execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')], {
    stdio: 'inherit',
  })
} catch {
  process.exit(1) // tsc has said why
}
for (const folder of ['sim/scenarios', 'sim/clips'])
  cpSync(at(`src/${folder}`), at(`dist/${folder}`), { recursive: true })
