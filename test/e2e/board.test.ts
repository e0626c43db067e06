import { describe, expect, test } from '@jest/globals';
import { createSupervisor } from '../../src/index.js';
import { collectedLogger } from '../secrets/collected-logger.js';
import { Scene, type SceneOptions } from '../support/scene.js';

/** A board whose RESET and POWERKEY are wired, with what was done to them. */
function board(profile: 'air724' | 'air780e', link: SceneOptions['link'] = {}) {
  const pressed: string[] = [];
  const it: Scene = new Scene({
    modem: { profile },
    link: {
      reset: () => {
        pressed.push('RESET');
        it.modem.pulseReset(600);
        return Promise.resolve();
      },
      powerKey: () => {
        pressed.push('POWERKEY');
        it.modem.pulsePowerKey(2_000);
        return Promise.resolve();
      },
      ...link,
    },
  });
  return { it, pressed };
}

describe('a module that hangs', () => {
  test('on a board with an Air780E gets POWERKEY after RESET, which only switches it off', async () => {
    const { it, pressed } = board('air780e');
    await it.online();
    it.modem.faults.hang();
    await it.clock.advanceUntil(() => it.supervisor.status().recoveries === 1, 300_000);
    expect(pressed).toEqual(['RESET', 'POWERKEY']);
    await it.end();
  });

  test('on a board with an Air724 gets RESET alone: a long press would switch it off again', async () => {
    const { it, pressed } = board('air724');
    await it.online();
    it.modem.faults.hang();
    await it.clock.advanceUntil(() => it.supervisor.status().recoveries === 1, 300_000);
    expect(pressed).toEqual(['RESET']);
    await it.end();
  });

  test('gets POWERKEY after its supply was cut, at the very end of the ladder', async () => {
    const { it, pressed } = board('air724', {
      reset: () => Promise.reject(new Error('no such line')),
      power: () => {
        it.modem.powerOff();
        return Promise.resolve();
      },
    });
    await it.online();
    it.modem.faults.hang();
    await it.clock.advanceUntil(() => it.supervisor.status().recoveries === 1, 3_600_000);
    expect(pressed).toEqual(['POWERKEY']);
    await it.end();
  });

  test('is never switched off by AT+CPOWD: with POWERKEY tied low it could not start again', async () => {
    const { it } = board('air780e', { powerKey: 'tied-low' });
    await it.online();
    it.network.goDown();
    it.modem.faults.closed();
    await it.clock.advance(6 * 3_600_000);
    expect(it.sent().filter((command) => command.includes('CPOWD'))).toEqual([]);
    await it.end();
  });
});

test('a RESET pulse too short for an Air780E is refused, with the key named', () => {
  const options = {
    port: '/dev/null',
    module: 'air780e' as const,
    broker: { url: 'mqtt://broker.example' },
    outbox: { store: 'memory' as const },
    reset: { line: 'dtr' as const, pulseMs: 500 },
  };
  expect(() => createSupervisor(options)).toThrow(/reset\.pulseMs must be more than 500/);
  expect(() => createSupervisor({ ...options, module: 'air724' })).not.toThrow();
});

describe('RESET wired to DTR', () => {
  /** The system makes DTR active when it opens a port; while the pin is pulled the module gets nothing. */
  function wired(activeLow: boolean) {
    const { clock, modem, cable } = new Scene({ modem: { profile: 'air724' } });
    const link = createSupervisor(
      {
        port: '/dev/null',
        broker: { url: 'mqtt://broker.example' },
        outbox: { store: 'memory' },
        reset: { line: 'dtr', activeLow },
      },
      {
        clock,
        logger: collectedLogger(),
        openTransport: (listener) => {
          const transport = cable(listener);
          let dtr = false;
          return {
            name: transport.name,
            open: async () => {
              await transport.open();
              dtr = true;
            },
            write: async (bytes) => {
              if (dtr === activeLow) await transport.write(bytes);
            },
            close: () => transport.close(),
            setSignal: (line, active) => {
              if (line === 'dtr') dtr = active;
              return Promise.resolve();
            },
          };
        },
      },
    );
    return { clock, modem, link };
  }

  test.each([
    ['pulled while DTR is active', false],
    ['pulled while DTR is not active', true],
  ])('and %s is let go as soon as the port is open', async (_, activeLow) => {
    const { clock, modem, link } = wired(activeLow);
    modem.powerOn();
    await clock.advance(10_000);
    await link.start();
    await clock.advanceUntil(() => link.status().status === 'online', 60_000);
    expect(link.status().recovery.failures).toBe(0);
    const stopping = link.stop();
    await clock.advance(30_000);
    await stopping;
  });
});
