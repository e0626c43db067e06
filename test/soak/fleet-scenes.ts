import { VirtualClock } from '../../src/clock/virtual.js';
import { seededRandom } from '../../src/simulator/entropy.js';
import { FleetBroker, LightLink } from './light-link.js';

const minute = 60_000;
const hour = 60 * minute;

export interface FleetOptions {
  readonly links: number;
  readonly seed: number;
  /** Connections a second that the broker takes. */
  readonly brokerTakes: number;
  readonly outageMs: number;
}

export interface OutageReport {
  readonly onlineBefore: number;
  /** Most connections within any second after the broker came back. */
  readonly mostPerSecond: number;
  readonly refused: number;
  /** From the broker's return until that share of the links was online, milliseconds. */
  readonly halfOnlineMs: number;
  readonly almostAllOnlineMs: number;
  readonly allOnlineMs: number;
}

/** All links are online; the broker goes away, every connection closes at once, and after the outage it is back. */
export async function brokerOutage(options: FleetOptions): Promise<OutageReport> {
  const { links: count, seed, brokerTakes, outageMs } = options;
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const broker = new FleetBroker(clock, brokerTakes);
  const links = Array.from(
    { length: count },
    () => new LightLink({ clock, random, broker, cellAlive: () => true }),
  );
  // Switched on one after the other; the last one has been online long enough for its ladder to be at the bottom.
  const startMs = (2_000 * count) / brokerTakes;
  for (const link of links) clock.setTimeout(() => link.start(), random() * startMs);
  await clock.advance(startMs + 5 * minute);
  const onlineBefore = online(links).length;
  broker.up = false;
  for (const link of links) link.closed();
  await clock.advance(outageMs);
  broker.up = true;
  broker.connects.length = 0;
  broker.refused = 0;
  const back = clock.now();
  while (clock.now() - back < 30 * minute && online(links).length < count) await clock.advance(10_000);
  const times = online(links)
    .map((at) => at - back)
    .sort((one, other) => one - other);
  for (const link of links) link.stop();
  const share = (part: number): number => times[Math.ceil(part * count) - 1] ?? Infinity;
  return {
    onlineBefore,
    mostPerSecond: mostWithin(1_000, broker.connects),
    refused: broker.refused,
    halfOnlineMs: share(0.5),
    almostAllOnlineMs: share(0.99),
    allOnlineMs: share(1),
  };
}

export interface DeadCellReport {
  /** Most radio attaches of one link within any hour, and most of one link in all. */
  readonly mostPerHour: number;
  readonly most: number;
  readonly total: number;
}

/** All links start at the same moment on a cell that lets nobody register. */
export async function deadCell(links: number, seed: number, hours: number): Promise<DeadCellReport> {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const broker = new FleetBroker(clock, Infinity);
  const fleet = Array.from(
    { length: links },
    () => new LightLink({ clock, random, broker, cellAlive: () => false }),
  );
  for (const link of fleet) link.start();
  await clock.advance(hours * hour);
  for (const link of fleet) link.stop();
  const attaches = fleet.map((link) => link.attaches);
  return {
    mostPerHour: Math.max(...attaches.map((times) => mostWithin(hour, times))),
    most: Math.max(...attaches.map(({ length }) => length)),
    total: attaches.reduce((sum, { length }) => sum + length, 0),
  };
}

/** The most of these times, which ascend, that lie within any stretch of that length. */
export function mostWithin(stretchMs: number, times: readonly number[]): number {
  let most = 0;
  let first = 0;
  times.forEach((time, index) => {
    while (time - (times[first] ?? time) >= stretchMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

function online(links: readonly LightLink[]): number[] {
  return links.flatMap(({ onlineAt }) => (onlineAt === undefined ? [] : [onlineAt]));
}
