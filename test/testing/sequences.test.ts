import { expect, test } from '@jest/globals';
import type { TransportFactory } from '../../src/transport/transport.js';
import { drawSequence, runSequence, sequenceSteps } from '../../src/testing/model/sequence.js';
import { seededRandom } from '../../src/simulator/entropy.js';
import { seed } from '../support/seed.js';
import { report, repeatCommand, runSequences, sequenceRig } from './support/sequences.js';

// The failure names the command that repeats it.
test('random sequences of faults and host calls lose nothing, and end online', async () => {
  process.stdout.write(`random sequences: ${repeatCommand({ seed })} (here: TEST_SEED=${seed})\n`);
  const outcome = await runSequences({ runs: 20, seed });
  if (outcome.failed) throw new Error(report(outcome));
});

/** A module of which CLOSED never arrives, and which says for good that its session is up. */
function lying(transport: TransportFactory): TransportFactory {
  return (listener) => {
    const data = (bytes: Buffer): void => listener.data(bytes);
    const lost = (reason: Error): void => listener.lost(reason);
    const port = transport({
      data: (bytes) => data(Buffer.from(bytes.toString('latin1').replaceAll('\r\nCLOSED\r\n', ''), 'latin1')),
      lost,
    });
    const write = port.write.bind(port);
    port.write = async (bytes) => {
      const asked = bytes.toString('latin1') === 'AT+MQTTSTATU\r';
      if (asked) data(Buffer.from('\r\n+MQTTSTATU :1\r\n\r\nOK\r\n'));
      else await write(bytes);
    };
    return port;
  };
}

test('a module that hides CLOSED and a lost session for good is found, shrunk, and found again from seed and path', async () => {
  const outcome = await runSequences({ runs: 200, seed: 1, line: lying });
  if (!outcome.failed) throw new Error('not found');
  const { steps, repeat, problems } = outcome;
  expect(steps.length).toBeLessThanOrEqual(2);
  expect(problems).not.toEqual([]);
  const again = await runSequences({ runs: 1, ...repeat, line: lying });
  expect(again).toMatchObject({ failed: true, steps });
  // The steps alone do it too; on a sound line nothing is wrong with them.
  expect(await runSequence(steps, sequenceRig({}, lying))).not.toEqual([]);
  expect(await runSequence(steps, sequenceRig())).toEqual([]);
});

test('a link is judged when the harm is over: a brown-out of a series does not take the message that asks for an answer', async () => {
  const steps = ['disk full under the outbox', 'wait 10 min', 'brown-out every minute'];
  expect(await runSequence(steps, sequenceRig({ seed: 1 }))).toEqual([]);
});

test('sequences can be drawn without a property-testing library, the same ones from the same entropy', () => {
  const steps = sequenceSteps([{ name: 'CLOSED' }]);
  const [one, other] = [1, 1].map((drawn) => drawSequence(steps, 10, seededRandom(drawn)));
  expect(one).toEqual(other);
  expect(one?.every((step) => steps.includes(step))).toBe(true);
});

test('a step that there is not is refused by name', async () => {
  await expect(runSequence(['dance'], sequenceRig())).rejects.toThrow('There is no step "dance".');
});
