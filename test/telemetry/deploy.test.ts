import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LinkMetrics } from '../../src/telemetry/metrics.js';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));
const skipsNothing = process.env['SKIP_NOTHING'] === '1';
const read = (file: string): string => readFileSync(`${deploy}${file}`, 'utf8');

/** Every metric that a link has, and the series that Prometheus makes of a histogram. */
async function known(): Promise<ReadonlySet<string>> {
  const link = { observe: () => () => undefined, status: () => ({ inbound: { lost: 0 } }) };
  const metrics = await new LinkMetrics(link, new VirtualClock()).registry.getMetricsAsJSON();
  return new Set(metrics.flatMap(({ name }) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]));
}

test.each([
  'prometheus/luat-link.rules.yml',
  'grafana/luat-link.json',
  '../docs/fleets.md',
  '../docs/monitoring.md',
])('%s asks for metrics that there are', async (file) => {
  const names = new Set(read(file).match(/luat_link_[a-z_]+/g));
  const metrics = await known();
  expect(names.size).toBeGreaterThan(3);
  expect([...names].filter((name) => !metrics.has(name))).toEqual([]);
});

test('the unit for one modem and the template for many differ in nothing but the name of the link', () => {
  const own = /^(?:Description|ExecStart|StateDirectory|Environment|EnvironmentFile)=/;
  const settings = (file: string): readonly string[] =>
    read(`systemd/${file}`)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#') && !own.test(line));
  expect(settings('luat-link@.service')).toEqual(settings('luat-link.service'));
});

const analyze = '/usr/bin/systemd-analyze';
const hasAnalyze = existsSync(analyze);
if (!hasAnalyze && !skipsNothing) {
  process.stderr.write('SKIPPED the units: systemd-analyze is not installed (apt install systemd)\n');
}

(hasAnalyze || skipsNothing ? test : test.skip)('systemd understands every line of the units', () => {
  const folder = mkdtempSync(join(tmpdir(), 'luat-link-units-'));
  try {
    for (const [unit, file] of [
      ['luat-link.service', 'luat-link.service'],
      ['luat-link@meter.service', 'luat-link@.service'],
    ] as const) {
      // The program is not installed here.
      writeFileSync(
        join(folder, unit),
        read(`systemd/${file}`).replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true'),
      );
      // What it does not understand it says on stderr, and succeeds.
      const { status, stderr } = spawnSync(analyze, ['verify', join(folder, unit)], { encoding: 'utf8' });
      expect({ unit, status, stderr }).toEqual({ unit, status: 0, stderr: '' });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((path) => existsSync(path));
if (promtool === undefined && !skipsNothing) {
  process.stderr.write('SKIPPED the alert rules: promtool is not installed (apt install prometheus)\n');
}

(promtool !== undefined || skipsNothing ? describe : describe.skip)('for Prometheus', () => {
  const run = (...args: string[]): string =>
    execFileSync(String(promtool), args, { cwd: `${deploy}prometheus`, encoding: 'utf8' });

  test('the six alert rules are rules, and fire and rest as their unit tests say', () => {
    expect(run('check', 'rules', 'luat-link.rules.yml')).toMatch(/SUCCESS: 6 rules found/);
    expect(run('test', 'rules', 'luat-link.test.yml')).toMatch(/SUCCESS/);
  });

  test('the configuration of a fleet is one', () => {
    expect(run('check', 'config', 'prometheus.yml')).toMatch(/SUCCESS: prometheus.yml is valid/);
  });
});
