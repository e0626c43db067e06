import { lasting, passing, type FaultKind } from './fault-kind.js';

const DAY_MS = 86_400_000;

/** The host that the supervisor runs on. */
export const hostFaults: readonly FaultKind[] = [
  passing('host', 'wall clock a day ahead', ({ host }) => host.stepWallTime(DAY_MS)),
  passing('host', 'wall clock a day back', ({ host }) => host.stepWallTime(-DAY_MS)),
  lasting(
    'host',
    'disk full under the outbox',
    60_000,
    ({ disk, modem }) => {
      disk.full = true;
      modem.faults.closed();
    },
    ({ disk }) => (disk.full = false),
    { refusesMessages: true },
  ),
  passing('host', 'event loop stalled for 5 s', ({ host }) => host.stall(5_000), { lastsMs: 6_000 }),
  passing('host', 'event loop stalled for 5 minutes', ({ host }) => host.stall(300_000), {
    lastsMs: 301_000,
  }),
  passing(
    'host',
    'stalled while the module reboots',
    ({ host, modem }) => {
      host.stall(5_000);
      modem.faults.reboot(1);
    },
    { lastsMs: 6_000 },
  ),
];
