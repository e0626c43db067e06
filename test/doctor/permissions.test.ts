import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { spawnSoftwareModem } from '../../src/simulator/spawn.js';

const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const execArgv = ['--import', new URL('../simulator/support/typescript-loader.mjs', import.meta.url).href];
/** Root may open everything, unless that right is taken from it. */
const isRoot = process.getuid?.() === 0;
const asOthers = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];
const possible = !isRoot || existsSync('/usr/bin/setpriv') || process.env['SKIP_NOTHING'] === '1';
if (!possible)
  process.stderr.write('SKIPPED the permissions of a port: setpriv (util-linux) is not installed\n');

(possible ? test : test.skip)('doctor tells a user without access to the port how to get it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'luat-link-doctor-'));
  const modem = await spawnSoftwareModem({ profile: 'air724', latency: 'none', execArgv });
  try {
    chmodSync(folder, 0o755);
    chmodSync(modem.path, 0o000);
    const file = join(folder, 'link.json');
    writeFileSync(file, JSON.stringify({ port: modem.path, broker: { url: 'mqtt://127.0.0.1:1' } }));
    const command = [process.execPath, program, 'doctor', '-c', file, '--json'];
    const [first = '', ...rest] = isRoot ? [...asOthers, ...command] : command;
    const { status, stdout } = spawnSync(first, rest, { encoding: 'utf8', cwd: folder });
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Record<string, string>[] };
    const permissions = findings.find(({ rung }) => rung === 'permissions');
    expect(permissions).toMatchObject({ verdict: 'fail', code: 'PORT_DENIED' });
    expect(permissions?.['advice']).toContain('dialout');
    expect(status).toBe(3);
  } finally {
    await modem.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
