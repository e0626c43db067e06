// Run it with: node --test (here through any TypeScript loader)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSupervisor } from 'luat-link';
import {
  Bench,
  benchDeeds,
  benchRig,
  coverEdges,
  modelPaths,
  runSequence,
  sequenceSteps,
} from 'luat-link/testing';
import { Meter, options } from './meter.js';

/** The service on a module that is not there, on virtual time. */
async function makeBench() {
  const bench = new Bench({ profile: 'air780ep' });
  const link = createSupervisor(
    { ...options, ...bench.drivers, outbox: { store: 'memory' }, log: { level: 'silent' } },
    bench.parts,
  );
  let kilowattHours = 0;
  const meter = new Meter(link, () => (kilowattHours += 1));
  bench.modem.powerOn();
  await bench.clock.advance(10_000);
  return { bench, link, meter };
}

test('readings that were taken while the broker was away arrive in order', async () => {
  const { bench, link, meter } = await makeBench();
  await link.start();
  await bench.clock.advanceUntil(() => link.status().status === 'online', 60_000);
  bench.network.goDown();
  for (let minute = 0; minute < 5; minute += 1) {
    await bench.clock.advance(meter.everyMs);
    await meter.report();
  }
  bench.network.comeUp();
  await bench.clock.advanceUntil(() => link.status().outbox.waiting === 0, 600_000);
  assert.deepEqual(
    bench.network.broker.published.map(({ payload }) => payload.toString()),
    ['1', '2', '3', '4', '5'],
  );
});

test('whichever way a session ends, the service refuses no reading', async () => {
  const meters: Meter[] = [];
  const makeRig = async () => {
    const { bench, link, meter } = await makeBench();
    let before = 'stopped';
    link.on('state', ({ status }) => {
      if (status !== before && status !== 'stopped') void meter.report();
      before = status;
    });
    meters.push(meter);
    return benchRig(bench, link, benchDeeds(bench));
  };
  const { deeds } = await makeRig();
  const paths = modelPaths(options, deeds).filter(({ edge }) => edge.startsWith('subscribed'));
  const { missed } = await coverEdges(paths, makeRig);
  assert.deepEqual([...missed], []);
  assert.equal(
    meters.reduce((sum, { refused }) => sum + refused, 0),
    0,
  );
});

test('whatever goes wrong, in whatever order, nothing is lost and the link comes back', async () => {
  const { bench, link } = await makeBench();
  const step = fc.constantFrom(...sequenceSteps(benchRig(bench, link).deeds));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10, size: 'max' }), async (steps) => {
      const { bench, link } = await makeBench();
      assert.deepEqual(await runSequence(steps, benchRig(bench, link)), []);
    }),
    { numRuns: 10 },
  );
});
