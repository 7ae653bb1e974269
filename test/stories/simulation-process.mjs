/**
 * The simulation in a process of its own, because only at its start can a process be told (by NODE_EXTRA_CA_CERTS) to trust another
 * certificate. Argument: the scenario as JSON. Sends its settings to its parent, then a picture of its calls whenever asked.
 */
import { createClock } from '../../dist/flow/clock.js'
import { startSimulation } from '../../dist/sim/simulation.js'

const scenario = JSON.parse(process.argv[2])
const simulation = await startSimulation(scenario, createClock(scenario.speed))

/** How much of a sound is not silence, in ms. */
const loudMs = (pcm) => pcm.filter((sample) => Math.abs(sample) > 300).length / 8

const picture = () =>
  simulation.twilio.calls.map(({ status, endedBy, callbacks, stream }) => ({
    status,
    endedBy,
    callbacks: callbacks.map(({ event, url, answer }) => ({ event, url, answer })),
    stream: stream && {
      url: stream.url,
      upgradeStatus: stream.upgradeStatus,
      heardMs: loudMs(stream.heard),
      saidMs: loudMs(stream.said),
    },
  }))

process.on('message', () => process.send(picture()))
process.once('disconnect', () => process.exit())
process.send(simulation.settings)
