import { describe, expect, test } from '@jest/globals';
import type { Faults } from '../../src/simulator/faults.js';
import { deactSpellings } from '../../src/simulator/spellings.js';
import { Scene, type SceneOptions } from '../support/scene.js';

const profiles = ['air724', 'air780e', 'air780ep', 'air780el'] as const;

interface Fault {
  readonly name: string;
  /** Does harm. */
  readonly strike: (scene: Scene) => void;
  /** Ends it, where it does not pass by itself. */
  readonly end?: (scene: Scene) => void;
  /** How long the harm lasts before its end, in milliseconds. */
  readonly lastsMs?: number;
}

/** Something that goes wrong on the way back up: the connection closes first. */
function afterClosed(name: string, prepare: (faults: Faults) => void, end?: (faults: Faults) => void): Fault {
  return {
    name,
    strike: ({ modem }) => {
      prepare(modem.faults);
      modem.faults.closed();
    },
    ...(end !== undefined && { end: ({ modem }: Scene) => end(modem.faults), lastsMs: 60_000 }),
  };
}

const faults: readonly Fault[] = [
  { name: 'CLOSED', strike: ({ modem }) => modem.faults.closed() },
  ...deactSpellings.map((spelling) => ({
    name: `DEACT spelled ${spelling}`,
    strike: ({ modem }: Scene) => modem.faults.deact(spelling),
    end: ({ modem }: Scene) => modem.faults.attach(),
    lastsMs: 5_000,
  })),
  {
    name: 'half-open, the module finds out but says nothing',
    strike: ({ modem }) => modem.faults.halfOpen(true),
  },
  ...([0, 1, 2] as const).map((count) => ({
    name: `reboot with ${count} RDY`,
    strike: ({ modem }: Scene) => modem.faults.reboot(count),
  })),
  { name: 'hang, ended by the RESET pin', strike: ({ modem }) => modem.faults.hang() },
  {
    name: 'SIM out and in',
    strike: ({ modem }) => modem.faults.simOut(),
    end: ({ modem }) => modem.faults.simIn(),
    lastsMs: 20_000,
  },
  {
    name: 'detach and attach',
    strike: ({ modem }) => modem.faults.detach(),
    end: ({ modem }) => modem.faults.attach(),
    lastsMs: 60_000,
  },
  {
    name: 'unplug and plug',
    strike: ({ cable }) => cable.unplug(),
    end: ({ cable }) => cable.plug(),
    lastsMs: 30_000,
  },
  {
    name: 'a reboot while unplugged',
    strike: ({ cable, modem }) => {
      cable.unplug();
      modem.faults.reboot(1);
    },
    end: ({ cable }) => cable.plug(),
    lastsMs: 20_000,
  },
  { name: '3 kB of garbage', strike: ({ modem }) => modem.faults.garbage(3_000) },
  {
    name: 'mute for 30 s',
    strike: ({ modem }) => modem.faults.mute(true),
    end: ({ modem }) => modem.faults.mute(false),
    lastsMs: 30_000,
  },
  afterClosed(
    'answers 5 s late',
    (modem) => modem.delayAnswers(5_000),
    (modem) => modem.delayAnswers(0),
  ),
  afterClosed('MIPSTART failing three times', (modem) => modem.failNext('MIPSTART', '+CME ERROR: 767', 3)),
  afterClosed('MCONNECT refused after OK, twice', (modem) => modem.errorAfterOk('MCONNECT', 2)),
  afterClosed('a lost answer to MCONFIG', (modem) => modem.loseAnswer('MCONFIG')),
  afterClosed('a lost SUBACK', (modem) => modem.loseOutcome('MSUB')),
  afterClosed('a CONNECT OK that comes after the host gave up', (modem) => modem.lateConnectOk(45_000)),
  {
    name: 'a bearer that fails for a minute',
    strike: ({ modem }) => {
      modem.faults.refuseBearer(true);
      modem.faults.deact('sapbr');
    },
    end: ({ modem }) => modem.faults.refuseBearer(false),
    lastsMs: 60_000,
  },
  {
    name: 'the broker down for two minutes',
    strike: ({ network }) => network.goDown(),
    end: ({ network }) => network.comeUp(),
    lastsMs: 120_000,
  },
];

function scene(profile: (typeof profiles)[number], more: SceneOptions = {}): Scene {
  const it: Scene = new Scene({
    ...more,
    modem: { profile, ...more.modem },
    link: {
      subscriptions: [{ topic: 'cmd/#', qos: 1 }],
      reset: () => {
        it.modem.pulseReset(600);
        // On an Air780E the pin powers off: the board's driver must press the power key too.
        if (it.modem.power === 'off') it.modem.pulsePowerKey(2_000);
        return Promise.resolve();
      },
      ...more.link,
    },
  });
  return it;
}

describe.each(profiles)('%s comes back by itself and carries messages again', (profile) => {
  test.each(faults.map((fault) => [fault.name, fault] as const))('after %s', async (_name, fault) => {
    const it = scene(profile);
    await it.online();
    fault.strike(it);
    const receipt = await it.supervisor.publish('data', 'accepted during the fault', { qos: 1 });
    await it.clock.advance(fault.lastsMs ?? 100);
    fault.end?.(it);
    let delivered = false;
    void receipt.delivered.then(() => (delivered = true));
    await it.clock.advanceUntil(() => delivered && it.supervisor.status().status === 'online', 600_000);
    // And again something new, both ways.
    await it.clock.advance(1_000);
    const count = it.received.length;
    it.network.broker.publish('cmd/x', Buffer.from('after'));
    const again = await it.supervisor.publish('data', 'after', { qos: 2 });
    let settled = false;
    void again.delivered.then(() => (settled = true));
    await it.clock.advanceUntil(() => settled && it.received.length > count, 120_000);
    expect(it.modem.violations).toEqual([]);
    await it.end();
    expect(it.supervisor.status().status).toBe('stopped');
  });
});

test('a session that breaks off between two SUBACKs is subscribed anew in full', async () => {
  const it = scene('air780ep', {
    link: {
      subscriptions: [
        { topic: 'cmd/#', qos: 1 },
        { topic: 'more/#', qos: 1 },
      ],
    },
  });
  // The second SUBACK stays out, and the bearer goes while it is waited for.
  it.modem.faults.loseOutcome('MSUB="more');
  it.modem.powerOn();
  await it.clock.advance(10_000);
  await it.supervisor.start();
  const second = (): boolean => it.sent().includes('AT+MSUB="more/#",1');
  await it.clock.advanceUntil(second, 60_000);
  await it.clock.advance(1_000);
  it.modem.faults.deact('cgev-nw');
  await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
  expect([...it.network.broker.subscriptionsOf('866289037465624').keys()]).toEqual(['cmd/#', 'more/#']);
  await it.end();
});

test('a port that died without a word is opened afresh once the module answers nothing', async () => {
  const it = scene('air780ep');
  await it.online();
  it.cable.freeze();
  await it.clock.advanceUntil(() => it.supervisor.status().status !== 'online', 120_000);
  await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 120_000);
  expect(it.opened).toBe(2);
  expect(it.closed).toBe(1);
  await it.end();
});
