// src -> dist: compiled code, and what the simulator needs beside it. Built aside and then put in place, so that what does not compile costs nobody a dist.
import { execFileSync } from 'node:child_process'
import { cpSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const next = at('dist.next')
const remove = (path) => rmSync(path, { recursive: true, force: true })

remove(next)
try {
  const compiler = [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')]
  execFileSync(process.execPath, [...compiler, '--outDir', next], { stdio: 'inherit' })
} catch {
  remove(next)
  process.exit(1) // tsc has said why
}
for (const folder of ['sim/scenarios', 'sim/clips'])
  cpSync(at(`src/${folder}`), `${next}/${folder}`, { recursive: true })
remove(at('dist'))
renameSync(next, at('dist'))
