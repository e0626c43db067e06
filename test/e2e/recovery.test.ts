import { describe, expect, test } from '@jest/globals';
import { deactSpellings } from '../../src/simulator/spellings.js';
import { Scene, type SceneOptions } from '../support/scene.js';

const profiles = ['air724', 'air780e', 'air780ep', 'air780el'] as const;

interface Fault {
  readonly name: string;
  /** Does harm; may return what ends it. */
  readonly strike: (scene: Scene) => (() => void) | undefined;
  /** How long the harm lasts before its end, in milliseconds. */
  readonly lastsMs?: number;
  readonly limitMs?: number;
}

const faults: readonly Fault[] = [
  { name: 'CLOSED', strike: ({ modem }) => void modem.faults.closed() },
  ...deactSpellings.map((spelling) => ({
    name: `DEACT spelled ${spelling}`,
    strike: ({ modem }: Scene) => {
      modem.faults.deact(spelling);
      return () => modem.faults.attach();
    },
    lastsMs: 5_000,
  })),
  { name: 'half-open, the module finds out but says nothing', strike: ({ modem }) => void modem.faults.halfOpen(true) },
  ...([0, 1, 2] as const).map((count) => ({
    name: `reboot with ${count} RDY`,
    strike: ({ modem }: Scene) => void modem.faults.reboot(count),
  })),
  { name: 'hang, ended by the RESET pin', strike: ({ modem }) => void modem.faults.hang() },
  {
    name: 'SIM out and in',
    strike: ({ modem }) => {
      modem.faults.simOut();
      return () => modem.faults.simIn();
    },
    lastsMs: 20_000,
  },
  {
    name: 'detach and attach',
    strike: ({ modem }) => {
      modem.faults.detach();
      return () => modem.faults.attach();
    },
    lastsMs: 60_000,
  },
  { name: '3 kB of garbage', strike: ({ modem }) => void modem.faults.garbage(3_000) },
  {
    name: 'mute for 30 s',
    strike: ({ modem }) => {
      modem.faults.mute(true);
      return () => modem.faults.mute(false);
    },
    lastsMs: 30_000,
  },
  {
    name: 'answers 5 s late',
    strike: ({ modem }) => {
      modem.faults.delayAnswers(5_000);
      modem.faults.closed();
      return () => modem.faults.delayAnswers(0);
    },
    lastsMs: 60_000,
  },
  {
    name: 'MIPSTART failing three times',
    strike: ({ modem }) => {
      modem.faults.failNext('MIPSTART', '+CME ERROR: 767', 3);
      return void modem.faults.closed();
    },
  },
  {
    name: 'MCONNECT refused after OK, twice',
    strike: ({ modem }) => {
      modem.faults.errorAfterOk('MCONNECT', 2);
      return void modem.faults.closed();
    },
  },
  {
    name: 'a lost answer to MCONFIG',
    strike: ({ modem }) => {
      modem.faults.loseAnswer('MCONFIG');
      return void modem.faults.closed();
    },
  },
  {
    name: 'a lost SUBACK',
    strike: ({ modem }) => {
      modem.faults.loseOutcome('MSUB');
      return void modem.faults.closed();
    },
  },
  {
    name: 'a CONNECT OK that comes after the host gave up',
    strike: ({ modem }) => {
      modem.faults.lateConnectOk(45_000);
      return void modem.faults.closed();
    },
  },
  {
    name: 'a bearer that fails for a minute',
    strike: ({ modem }) => {
      modem.faults.refuseBearer(true);
      modem.faults.deact('sapbr');
      return () => modem.faults.refuseBearer(false);
    },
    lastsMs: 60_000,
  },
  {
    name: 'the broker down for two minutes',
    strike: ({ network }) => {
      network.goDown();
      return () => network.comeUp();
    },
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
    const end = fault.strike(it);
    const receipt = await it.supervisor.publish('data', 'accepted during the fault', { qos: 1 });
    await it.clock.advance(fault.lastsMs ?? 100);
    end?.();
    let delivered = false;
    void receipt.delivered.then(() => (delivered = true));
    await it.clock.advanceUntil(
      () => delivered && it.supervisor.status().status === 'online',
      fault.limitMs ?? 600_000,
    );
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
