import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { backoffDelay } from '../../machines/delays.js';
import { defaultLimits, initialContext, supervisorMachine, type Cause } from '../../machines/index.js';
import { bottomOfLadder, isRefusal, lowestCure } from '../../machines/ladder.js';
import { settingsOf } from '../../src/actors/settings.js';
import { outcomeTimeouts } from '../../src/air/timings.js';
import { parseOptions } from '../../src/config/schema.js';

const page = readFileSync(new URL('../../docs/recovery.md', import.meta.url), 'utf8');

/** Rows of every table, as cells. */
const rows = [...page.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) =>
  row.split('|').map((cell) => cell.trim()),
);

/** The rows whose first cell holds one of these names in code. */
function rowsOf(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const told = new Map<string, readonly string[]>();
  for (const [first = '', ...rest] of rows) {
    for (const [, name = ''] of first.matchAll(/`([^`]+)`/g)) {
      if (names.includes(name) && !told.has(name)) told.set(name, rest);
    }
  }
  return told;
}

const seconds = (ms: number): string => `${ms / 1_000} s`;
const config = parseOptions({
  port: '/dev/ttyUSB2',
  broker: { url: 'mqtt://broker.example' },
  reset: { command: ['true'] },
  power: { command: ['true'] },
});
const settings = settingsOf(config);

describe('the page about recovery', () => {
  test('has each rung with its attempts, and the commands that its state sends', () => {
    const states = {
      reconnect: 'closingTcp',
      bearer: 'deactivatingBearer',
      radio: 'cyclingRadio',
      restart: 'restartingModule',
      reset: 'pulsingReset',
      power: 'cyclingPower',
    } as const;
    const told = rowsOf(Object.keys(states));
    for (const [rung, state] of Object.entries(states)) {
      const [sent = '', times] = told.get(rung) ?? [];
      expect([rung, times]).toEqual([rung, String(settings.attempts[rung as keyof typeof states])]);
      const description = supervisorMachine.states['recovering']?.states[state]?.description ?? '';
      const own = [...sent.matchAll(/`([^`]+)`/g)]
        .map(([, command = '']) => command)
        .filter((it) => it !== 'AT+MIPCLOSE');
      for (const command of own) expect(description).toContain(command);
    }
  });

  test('tells for each cause where it begins and how far it climbs', () => {
    const causes = Object.keys(causesOnPage) as Cause[];
    const told = rowsOf(causes);
    for (const cause of causes) {
      const lowest = lowestCure(cause);
      const expected = [`\`${lowest}\``, isRefusal(cause) ? `\`${lowest}\`` : '`power`'];
      expect([cause, ...(told.get(cause) ?? [])]).toEqual([cause, ...expected]);
    }
  });

  test('has the limits and defaults of the code', () => {
    const { recovery } = config;
    const figures: Record<string, string> = {
      'recovery.backoff.minMs': seconds(recovery.backoff.minMs),
      'recovery.backoff.maxMs': seconds(recovery.backoff.maxMs),
      'recovery.stableMs': seconds(recovery.stableMs),
      'recovery.heartbeatMs': seconds(recovery.heartbeatMs),
      'recovery.commandTimeoutMs': seconds(recovery.commandTimeoutMs),
      'recovery.radioAttachesPerHour': String(recovery.radioAttachesPerHour),
    };
    const limits = { ...defaultLimits, ...outcomeTimeouts };
    const told = rowsOf([...Object.keys(figures), ...Object.keys(limits)]);
    for (const [key, value] of Object.entries(figures))
      expect([key, told.get(key)?.[0]]).toEqual([key, value]);
    const shown = Object.entries(limits).filter(([name]) => told.has(name));
    expect(shown.length).toBeGreaterThan(10);
    for (const [name, ms] of shown) expect([name, told.get(name)?.[0]]).toEqual([name, seconds(ms)]);
    expect(page).toContain(`comes back every ${60 / recovery.radioAttachesPerHour} minutes`);
  });

  test('has the waits that the chart makes', () => {
    const [, ...bounds] = rows.find(([first]) => first === 'waits up to') ?? [];
    const context = initialContext({ input: { settings } });
    const waits = bounds.map((_, index) =>
      backoffDelay({
        ...context,
        portOpen: true,
        cause: 'TCP_FAILED',
        ladder: { ...bottomOfLadder(4), failures: index + 1 },
      }),
    );
    expect(bounds).toEqual(waits.map((ms) => (ms === 0 ? 'at once' : seconds(ms))));
    expect(waits.at(-1)).toBe(settings.backoff.maxMs);
  });
});

/** Those that the ladder meets; a cause that is added to the chart must be looked at here. */
const causesOnPage: Record<Exclude<Cause, NotMet>, true> = {
  TCP_CLOSED: true,
  TCP_FAILED: true,
  SESSION_LOST: true,
  SUBSCRIBE_FAILED: true,
  PUBLISH_FAILED: true,
  MQTT_REFUSED: true,
  CLIENT_ID_TAKEN: true,
  MQTT_CONFIG_FAILED: true,
  BEARER_LOST: true,
  BEARER_FAILED: true,
  SIM_REMOVED: true,
  TLS_SETUP_FAILED: true,
  NOT_ATTACHED: true,
  REGISTRATION_DENIED: true,
  SIM_MISSING: true,
  MODEM_UNRESPONSIVE: true,
};

/** No port, a boot of its own, or a card that only a person can help: told in words. */
type NotMet =
  | 'PORT_NOT_FOUND'
  | 'PORT_DENIED'
  | 'PORT_BUSY'
  | 'PORT_LOST'
  | 'MODEM_REBOOTED'
  | 'SIM_PIN_REQUIRED'
  | 'SIM_PIN_WRONG'
  | 'SIM_BLOCKED';
