import { describe, expect, test } from '@jest/globals';
import type { Scene as SceneType } from '../support/scene.js';
import { Scene } from '../support/scene.js';

/** Counts promises of every kind that the library hands out, and how they ended. */
class Ledger {
  readonly given = new Map<string, number>();
  readonly settled = new Map<string, number>();

  note(kind: string, promise: Promise<unknown>): void {
    this.given.set(kind, (this.given.get(kind) ?? 0) + 1);
    const settle = (): unknown => this.settled.set(kind, (this.settled.get(kind) ?? 0) + 1);
    promise.then(settle, settle);
  }
}

const kinds = [
  'start',
  'online',
  'subscribe',
  'unsubscribe',
  'next message',
  'publish',
  'delivered',
  'dead letters',
];

/** Asks for everything that settles later, at this moment. */
async function askForEverything(
  { supervisor, clock }: SceneType,
  ledger: Ledger,
  signal: AbortSignal,
): Promise<void> {
  for (const options of [{}, { signal }]) {
    ledger.note('start', supervisor.start(options));
    ledger.note('online', supervisor.online(options));
    ledger.note('subscribe', supervisor.subscribe('x/#', { qos: 1, ...options }));
    ledger.note('unsubscribe', supervisor.unsubscribe('y/#', options));
    ledger.note('next message', supervisor.messages('#').next());
    ledger.note('dead letters', supervisor.deadLetters.retry());
    for (const qos of [0, 1, 2] as const) {
      const publishing = supervisor.publish('t', 'x', { qos, ttlMs: 3_600_000, ...options });
      ledger.note('publish', publishing);
      const receipt = await publishing.catch(() => undefined);
      if (receipt !== undefined) ledger.note('delivered', receipt.delivered);
    }
  }
  await clock.advance(1);
}

const scenarios: readonly (readonly [string, (scene: SceneType) => void])[] = [
  ['nothing', () => undefined],
  ['CLOSED', ({ modem }) => modem.faults.closed()],
  ['DEACT', ({ modem }) => modem.faults.deact('pdp')],
  ['a reboot', ({ modem }) => modem.faults.reboot(1)],
  ['a module that hangs', ({ modem }) => modem.faults.hang()],
  ['a network that is gone', ({ network }) => network.goDown()],
  ['a cable that is pulled', ({ cable }) => cable.unplug()],
  ['acknowledgements that stay out', ({ modem }) => modem.faults.failNext('MPUB', 'ERROR', 5)],
];

async function live(
  fault: (scene: SceneType) => void,
  abortAfterMs: number,
  overflow: 'reject' | 'drop-oldest' = 'reject',
): Promise<void> {
  const scene = new Scene({ link: { outbox: { store: 'memory', maxMessages: 8, overflow } } });
  const { clock, modem, supervisor } = scene;
  const ledger = new Ledger();
  const abort = new AbortController();
  await askForEverything(scene, ledger, abort.signal);
  modem.powerOn();
  await clock.advance(30_000);
  await askForEverything(scene, ledger, abort.signal);
  fault(scene);
  await askForEverything(scene, ledger, abort.signal);
  await clock.advance(abortAfterMs);
  abort.abort(new Error('enough'));
  await askForEverything(scene, ledger, abort.signal);
  await clock.advance(60_000);
  const stopping = supervisor.stop({ drainMs: 10_000 });
  ledger.note('stop', stopping);
  await clock.advance(60_000);
  await stopping;
  ledger.note('publish', supervisor.publish('t', 'too late'));
  await clock.advance(1);
  expect(Object.fromEntries(ledger.settled)).toEqual(Object.fromEntries(ledger.given));
  expect([...ledger.given.keys()].sort()).toEqual([...kinds, 'stop'].sort());
}

describe('every promise settles', () => {
  test.each(scenarios)('through %s, aborted in the middle, and stopped', async (_name, fault) => {
    await live(fault, 5_000);
    await live(fault, 5_000, 'drop-oldest');
  });

  test('at whichever moment after the loss of the session it is aborted', async () => {
    for (let abortAfterMs = 0; abortAfterMs < 3_000; abortAfterMs = Math.ceil(1.5 * abortAfterMs) + 1)
      await live(({ modem }) => modem.faults.closed(), abortAfterMs);
  });
});
