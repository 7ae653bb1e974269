// A whole simulated call, to see and to hear: builds, then plays `--scenario <name or file>`. Every other flag is one of `call`.
import './build.mjs'

const flags = process.argv.slice(2).map((flag) => flag.replace(/^--scenario(?==|$)/, '--simulate'))
if (!flags.some((flag) => /^--simulate(=|$)/.test(flag))) flags.push('--simulate')
process.argv.splice(2, process.argv.length, 'call', '+12025550123', ...flags)
await import('../bin/ai-caller.js')
