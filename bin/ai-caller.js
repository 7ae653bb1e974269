#!/usr/bin/env node
import('../dist/cli/main.js').then(
  ({ main }) => main(process.argv.slice(2)),
  (error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.url).endsWith('/dist/cli/main.js')) throw error
    process.stderr.write("error: ai-caller is not built yet: run 'npm ci && npm run build' in its folder\n")
    process.exitCode = 1
  },
)
