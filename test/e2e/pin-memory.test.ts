import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'luat-link-pin-'));
  file = join(directory, 'sim-pin.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A process of its own with this PIN in its configuration, on a card whose PIN is 4711. */
async function started(pin: string): Promise<Scene> {
  const it = new Scene({
    modem: { sim: { pin: '4711' } },
    link: { sim: { pin }, outbox: { store: 'disk', directory } },
  });
  it.modem.powerOn();
  await it.clock.advance(10_000);
  await it.supervisor.start();
  await it.clock.advance(60_000);
  return it;
}

const tries = (it: Scene): number => it.sent().filter((command) => command.startsWith('AT+CPIN=')).length;

async function wrongOnce(): Promise<void> {
  const first = await started('0000');
  expect(first.supervisor.status()).toMatchObject({ cause: { code: 'SIM_PIN_WRONG' } });
  expect(tries(first)).toBe(1);
  await first.end();
}

describe('a PIN that the card refused', () => {
  test('is not tried again by the next process: a service that restarts would block the card', async () => {
    await wrongOnce();
    for (let restart = 0; restart < 3; restart += 1) {
      const next = await started('0000');
      expect(next.supervisor.status()).toMatchObject({
        status: 'needs-attention',
        cause: { code: 'SIM_PIN_WRONG' },
      });
      expect(tries(next)).toBe(0);
      await next.end();
    }
  });

  test('gives way to a new one in the configuration', async () => {
    await wrongOnce();
    const next = await started('4711');
    expect(next.supervisor.status().status).toBe('online');
    await next.end();
  });

  test('is tried when a person says so', async () => {
    await wrongOnce();
    const next = await started('0000');
    next.supervisor.retry();
    await next.clock.advance(60_000);
    expect(tries(next)).toBe(1);
    // And was refused again.
    expect(existsSync(file)).toBe(true);
    await next.end();
  });

  test('is not written down', async () => {
    await wrongOnce();
    expect(readFileSync(file, 'utf8')).not.toContain('0000"');
    expect(readFileSync(file, 'utf8')).not.toMatch(/"pin"/);
  });

  test('counts as refused when what was written down cannot be read', async () => {
    writeFileSync(file, 'half a li');
    const next = await started('4711');
    expect(tries(next)).toBe(0);
    expect(next.supervisor.status()).toMatchObject({ status: 'needs-attention' });
    await next.end();
  });
});
