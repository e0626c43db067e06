import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { LinkError } from '../../src/errors/link-error.js';
import { loadConfig, type ConfigSources } from '../../src/config/load.js';
import { formatConfig, redactConfig } from '../../src/config/redact.js';

/** Text that stands nowhere by chance, with characters that parsers trip over. */
const secret = fc
  .string({ unit: fc.constantFrom(...Array.from('aZ09{}[]:#@%&*!\'"\\,/ -?')), minLength: 1, maxLength: 12 })
  .map((text) => `Qx7${text}Jv9`);
const pin = fc.integer({ min: 73_000_000, max: 73_999_999 }).map(String);

/** Everything a person may get to see of a load: the view in both forms, or the error. */
function seen(sources: ConfigSources): string {
  try {
    const shown = redactConfig(loadConfig(sources));
    return formatConfig(shown) + JSON.stringify(shown);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return [error.message, error.hint, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
  }
}

/** The secret as it stands, and as JSON, YAML or an URL would write it. */
function hides(text: string, value: string): void {
  for (const form of [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    value.replaceAll("'", "''"),
  ]) {
    expect(text).not.toContain(form);
  }
}

describe('secrets are never shown', () => {
  test('in the view of a configuration that is right', () => {
    fc.assert(
      fc.property(secret, secret, pin, (user, password, digits) => {
        const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        const text = seen({
          overrides: {
            port: 'x',
            sim: { pin: digits },
            apn: { user: 'Qx7apnJv9', password: 'Qx7apnJv9' },
            broker: { url: `mqtts://${login}@h` },
          },
        });
        expect(text).toContain('mqtts://h:8883');
        for (const value of [user, password, digits, 'Qx7apnJv9']) hides(text, value);
      }),
    );
  });

  test.each([
    ['broker.password', (value: string) => ({ broker: { url: 'http://h', username: 'u', password: value } })],
    ['broker.url', (value: string) => ({ broker: { url: `mqtt://u:${value}@h/path` } })],
    ['a broker that is only text', (value: string) => ({ broker: value })],
    ['a misspelt key', (value: string) => ({ broker: { url: 'mqtt://h', passwrd: value } })],
    ['a key that swallowed its value', (value: string) => ({ broker: { [`password:${value}`]: null } })],
    [
      'every group',
      (value: string) => ({ sim: value, apn: value, will: value, log: value, recovery: value }),
    ],
    [
      'every word',
      (value: string) => ({ module: value, receive: value, log: { level: value }, reset: { line: value } }),
    ],
    ['every number', (value: string) => ({ inspect: { port: value }, recovery: { stableMs: value } })],
    ['every list', (value: string) => ({ subscriptions: value, power: { command: value } })],
    [
      'sim.pin',
      (value: string) => ({ sim: { pin: value }, apn: { password: `"${value}`, user: `"${value}` } }),
    ],
  ])('in errors, planted in %s', (_place, plant) => {
    fc.assert(
      fc.property(secret, (value) => {
        hides(seen({ overrides: { port: 5, ...plant(value) } }), value);
      }),
    );
  });

  test('a PIN that lost its quotes', () => {
    fc.assert(
      fc.property(pin, (digits) => {
        hides(
          seen({ overrides: { sim: { pin: Number(digits) }, broker: { password: Number(digits) } } }),
          digits,
        );
      }),
    );
  });

  test('in errors about the environment', () => {
    const variables = [
      'PORT',
      'SIM',
      'SIM__PIN',
      'BROKER',
      'BROKER__URL',
      'BROKER__PASSWORD',
      'SUBSCRIPTIONS',
      'LOG__TRACE',
      'NONE',
    ];
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(...variables),
        fc.constantFrom('', '{', '['),
        (value, name, bracket) => {
          const environment = { LUAT_LINK_MODULE: 'none', [`LUAT_LINK_${name}`]: bracket + value };
          const text = seen({ environment });
          expect(text).toContain('module (LUAT_LINK_MODULE) must be one of');
          hides(text, value);
        },
      ),
    );
  });
});
