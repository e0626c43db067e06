import { lasting, onTheWayUp, passing, repeatedly, type FaultKind } from './fault-kind.js';

const BROWN_OUTS = 5;
const EVERY_MINUTE_MS = 60_000;

/** The module itself, its RESET pin and its supply. */
export const moduleFaults: readonly FaultKind[] = [
  ...([0, 1, 2] as const).map((count) =>
    passing('module', `reboot with ${count} RDY`, ({ modem }) => modem.faults.reboot(count), {
      lastsMs: 5_000,
    }),
  ),
  passing(
    'module',
    'brown-out every minute',
    (bench) => repeatedly(bench, BROWN_OUTS, EVERY_MINUTE_MS, () => bench.modem.faults.reboot(1)),
    { lastsMs: BROWN_OUTS * EVERY_MINUTE_MS },
  ),
  passing('module', 'hang', ({ modem }) => modem.faults.hang()),
  lasting(
    'module',
    'hang, the reset driver fails',
    600_000,
    (bench) => {
      bench.reset = 'fails';
      bench.modem.faults.hang();
    },
    (bench) => (bench.reset = 'works'),
  ),
  lasting(
    'module',
    'hang, the reset driver never ends',
    300_000,
    (bench) => {
      bench.reset = 'hangs';
      bench.modem.faults.hang();
    },
    (bench) => (bench.reset = 'works'),
  ),
  lasting(
    'module',
    'supply cut',
    20_000,
    ({ modem }) => modem.powerOff(),
    ({ modem }) => modem.powerOn(),
  ),
  passing('module', '+CME ERROR: 4 for 30 s after a boot', ({ modem }) => modem.faults.reboot(1), {
    quirks: { stackNotReadyMs: 30_000 },
    lastsMs: 35_000,
  }),
  passing('module', 'reboot into an untrained baud rate', ({ modem }) => modem.faults.reboot(1), {
    quirks: { adaptiveBaud: true, trainingCommands: 3 },
    lastsMs: 5_000,
  }),
  onTheWayUp(
    'module',
    'ALREADY CONNECT',
    ({ modem }) => {
      modem.faults.failNext('MIPCLOSE', 'ERROR', 2);
      modem.faults.failNext('MDISCONNECT', 'ERROR', 2);
      modem.faults.loseOutcome('MPUB');
      modem.faults.loseOutcome('MPUBEX');
      modem.faults.loseOutcome('MSUB');
    },
    { quirks: { alreadyConnect: 'outcome' } },
  ),
  onTheWayUp('module', 'late CONNECT OK', ({ modem }) => modem.faults.lateConnectOk(45_000)),
  onTheWayUp('module', 'ERROR after the OK of MIPSTART', ({ modem }) =>
    modem.faults.errorAfterOk('MIPSTART', 2),
  ),
  onTheWayUp('module', 'MIPSTART refused', ({ modem }) => {
    modem.faults.failNext('MIPSTART', '+CME ERROR: 767', 3);
    modem.faults.failNext('SSLMIPSTART', '+CME ERROR: 767', 3);
  }),
  onTheWayUp('module', 'ERROR after the OK of MCONNECT', ({ modem }) =>
    modem.faults.errorAfterOk('MCONNECT', 2),
  ),
  onTheWayUp('module', 'two-argument MCONNECT refused', () => undefined, {
    quirks: { threeArgumentConnect: true },
  }),
  onTheWayUp('module', 'MCONFIG refused', ({ modem }) =>
    modem.faults.failNext('MCONFIG', '+CME ERROR: 765', 2),
  ),
  lasting(
    'module',
    'publishes refused',
    30_000,
    ({ modem }) => {
      modem.faults.failNext('MPUB', '+CME ERROR: 767', 2);
      modem.faults.failNext('MPUBEX', '+CME ERROR: 767', 2);
    },
    ({ modem }) => modem.faults.clear(),
  ),
  onTheWayUp('module', 'payload echoed after ATE0', () => undefined, { quirks: { payloadEcho: true } }),
  onTheWayUp('module', 'CLOSED never said', ({ network }) => network.dropConnections(), {
    quirks: { closedSuppressed: true },
  }),
  lasting(
    'module',
    'clock wrong for TLS',
    120_000,
    ({ modem }) => {
      modem.faults.loseTime();
      modem.faults.reboot(1);
    },
    ({ modem }) => modem.faults.loseTime(false),
    { tls: true },
  ),
];

/** The card. */
export const simFaults: readonly FaultKind[] = [
  lasting(
    'SIM',
    'SIM out and in',
    20_000,
    ({ modem }) => modem.faults.simOut(),
    ({ modem }) => modem.faults.simIn(),
  ),
  lasting(
    'SIM',
    'SIM out for long, seen again after a restart only',
    600_000,
    ({ modem }) => modem.faults.simOut(),
    ({ modem }) => modem.faults.simIn(),
    { quirks: { simHotSwap: false } },
  ),
  onTheWayUp('SIM', 'SIM busy', ({ modem }) => {
    modem.faults.failNext('CPIN', '+CME ERROR: 14', 4);
    modem.faults.deact('sapbr');
  }),
  passing(
    'SIM',
    'PIN lock after a reboot, the PIN unknown',
    ({ modem }) => {
      modem.sim.lock(true, '9999');
      modem.faults.reboot(1);
    },
    {
      lastsMs: 600_000,
      person: ({ modem }) => {
        modem.sim.enterPin('9999');
        modem.sim.lock(false, '9999');
      },
    },
  ),
  passing(
    'SIM',
    'card blocked, PUK wanted',
    ({ modem }) => {
      modem.sim.lock(true, '9999');
      for (let tries = 0; tries < 3; tries += 1) modem.sim.enterPin('0000');
      modem.faults.reboot(1);
    },
    {
      lastsMs: 600_000,
      person: ({ modem }) => {
        modem.sim.unblock('12345678', '9999');
        modem.sim.lock(false, '9999');
      },
    },
  ),
];
