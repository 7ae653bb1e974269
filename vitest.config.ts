import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // More than most machines have cores: many tests wait for time limits of the real clock.
    maxWorkers: 6,
    // The tests of a worker share its modules: loading the vendors' libraries anew for each file takes as long as the tests themselves.
    isolate: false,
    // A poll ends as soon as what it waits for is there; only a machine that is busy needs the time.
    expect: { poll: { timeout: 8000 } },
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})
