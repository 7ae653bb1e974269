import { defineConfig } from 'vitest/config'

/** Folders whose tests share nothing but modules: these are loaded once, which halves their time. */
const SHARING = [
  'audio',
  'call',
  'config',
  'flow',
  'ingress',
  'journal',
  'properties',
  'reporters',
  'sim',
  'text',
  'tools',
  'twilio',
]

// A poll ends as soon as what it waits for is there; only a machine that is busy needs the time.
const all = { testTimeout: 20_000, hookTimeout: 20_000, expect: { poll: { timeout: 8000 } } }

export default defineConfig({
  test: {
    // More than most machines have cores: many tests wait for time limits of the real clock.
    maxWorkers: 5,
    projects: [
      {
        test: {
          ...all,
          name: 'sharing',
          isolate: false,
          include: SHARING.map((folder) => `test/${folder}/**/*.test.ts`),
        },
      },
      {
        test: {
          ...all,
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: SHARING.map((folder) => `test/${folder}/**`),
        },
      },
    ],
  },
})
