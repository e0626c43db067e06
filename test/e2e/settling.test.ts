import { describe, expect, test } from '@jest/globals';
import type { Scene as SceneType } from '../support/scene.js';
import { Scene } from '../support/scene.js';

/** Counts promises of every kind that the library hands out, and how they ended. */
class Ledger {
  readonly ends = { resolved: 0, rejected: 0 };
  given = 0;

  note(promise: Promise<unknown>): void {
    this.given += 1;
    promise.then(
      () => (this.ends.resolved += 1),
      () => (this.ends.rejected += 1),
    );
  }
}

/** Asks for everything that settles later, at this moment. */
async function askForEverything(
  { supervisor, clock }: SceneType,
  ledger: Ledger,
  signal: AbortSignal,
): Promise<void> {
  for (const options of [{}, { signal }]) {
    ledger.note(supervisor.start(options));
    ledger.note(supervisor.online(options));
    ledger.note(supervisor.subscribe('x/#', { qos: 1, ...options }));
    ledger.note(supervisor.unsubscribe('y/#', options));
    ledger.note(supervisor.messages('#').next());
    for (const qos of [0, 1, 2] as const) {
      const publishing = supervisor.publish('t', 'x', { qos, ttlMs: 3_600_000, ...options });
      ledger.note(publishing);
      const receipt = await publishing.catch(() => undefined);
      if (receipt !== undefined) ledger.note(receipt.delivered);
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

describe('every promise settles', () => {
  test.each(scenarios)('through %s, aborted in the middle, and stopped', async (_name, fault) => {
    const scene = new Scene({ link: { outbox: { store: 'memory', maxMessages: 8 } } });
    const ledger = new Ledger();
    const abort = new AbortController();
    await askForEverything(scene, ledger, abort.signal);
    scene.modem.powerOn();
    await scene.clock.advance(30_000);
    await askForEverything(scene, ledger, abort.signal);
    fault(scene);
    await askForEverything(scene, ledger, abort.signal);
    await scene.clock.advance(5_000);
    abort.abort(new Error('enough'));
    await askForEverything(scene, ledger, abort.signal);
    await scene.clock.advance(60_000);
    const stopping = scene.supervisor.stop({ drainMs: 10_000 });
    ledger.note(stopping);
    await scene.clock.advance(60_000);
    await stopping;
    ledger.note(scene.supervisor.publish('t', 'too late'));
    await scene.clock.advance(1);
    expect(ledger.ends.resolved + ledger.ends.rejected).toBe(ledger.given);
    expect(ledger.given).toBeGreaterThan(60);
  });
});
