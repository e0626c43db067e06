import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { Aedes } from 'aedes';
import { systemClock } from '../../src/clock/system.js';

const PUBLISHER = fileURLToPath(new URL('crash-publisher.mjs', import.meta.url));

/** `npm run crash` asks for more; the seed of a run that failed is printed and can be given again. */
const kills = Number(process.env['CRASH_KILLS'] ?? 6);
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000) || 1;

test(
  `kill -9 at ${kills} random moments through CLOSED, DEACT and reboots loses nothing, keeps the order, and makes at most one copy per doubt`,
  async () => {
    let state = seed;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const directory = mkdtempSync(join(tmpdir(), 'luat-link-crash-'));
    const arrived = new Set<number>();
    let copies = 0;
    /** What came last on each topic, and what came after a younger one. */
    const last = new Map<string, number>();
    const overtaken: number[] = [];
    const broker = await Aedes.createBroker();
    const server = createServer((socket) => broker.handle(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    broker.on('publish', ({ topic, payload }, client) => {
      if (client === null) return;
      const number = Number(payload.toString());
      if (arrived.has(number)) copies += 1;
      arrived.add(number);
      if ((last.get(topic) ?? 0) > number) overtaken.push(number);
      last.set(topic, number);
    });
    const accepted: number[] = [];
    const openings: number[] = [];
    let mostWaiting = 0;
    let faults = 0;
    /** Hand-overs whose end nobody knew, so that the message was sent again. */
    let ambiguous = 0;
    let next = 1;

    /** One life of the publisher; killed so long after it began to work, or run until it is drained. */
    const live = async (killAfterMs: number | undefined): Promise<void> => {
      const { port } = server.address() as AddressInfo;
      const mode = killAfterMs === undefined ? ['drain'] : [];
      const child = spawn(
        process.execPath,
        [PUBLISHER, directory, String(port), String(next), String(Math.floor(random() * 1e6) + 1), ...mode],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let timer: unknown;
      let drained = false;
      // Most are killed while messages flow, some before the link is up.
      const begin = random() < 0.8 ? 'online' : 'accepted';
      for await (const line of createInterface({ input: child.stdout })) {
        const [word, number, waiting] = line.split(' ');
        if (word === 'fault') faults += 1;
        if (word === 'resent') ambiguous += 1;
        if (word === 'drained') drained = true;
        if (word === 'accepted') accepted.push(Number(number));
        if (word === 'opened') {
          openings.push(Number(number));
          mostWaiting = Math.max(mostWaiting, Number(waiting));
        }
        if (word === begin && killAfterMs !== undefined) {
          timer ??= systemClock.setTimeout(() => child.kill('SIGKILL'), killAfterMs);
        }
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect({ seed, drained, signal: child.signalCode }).toEqual(
        killAfterMs === undefined
          ? { seed, drained: true, signal: null }
          : { seed, drained: false, signal: 'SIGKILL' },
      );
      // Numbers that were tried and not told as accepted are left out.
      next = Math.max(next, accepted.at(-1) ?? 0) + 1_000;
    };

    try {
      for (let kill = 0; kill < kills; kill++) await live(400 * random());
      await live(undefined);
    } finally {
      await new Promise<void>((resolve) => broker.close(resolve));
      server.close();
      rmSync(directory, { recursive: true, force: true });
    }

    const lost = accepted.filter((number) => !arrived.has(number));
    openings.sort((a, b) => a - b);
    const [median, slowest] = [openings[openings.length >> 1] ?? 0, openings.at(-1) ?? 0];
    process.stdout.write(
      `seed ${seed}: ${kills} kills, ${faults} faults; ${accepted.length} accepted, ${lost.length} lost, ` +
        `${overtaken.length} out of order; ${ambiguous} ends that nobody knew, ${copies} copies; ` +
        `reopened in ${median.toFixed(0)} ms, at most ${slowest.toFixed(0)} ms, with up to ${mostWaiting} waiting\n`,
    );
    expect({ seed, lost, overtaken }).toEqual({ seed, lost: [], overtaken: [] });
    // Each end that nobody knew is one message sent once more; each kill and each fault can leave one.
    expect(copies).toBeLessThanOrEqual(ambiguous);
    expect(ambiguous).toBeLessThanOrEqual(kills + faults);
    expect(accepted.length).toBeGreaterThan(kills);
  },
  60_000 + kills * 10_000,
);
