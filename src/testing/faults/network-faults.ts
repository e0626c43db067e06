import { deactSpellings } from '../../simulator/spellings.js';
import { lasting, onTheWayUp, passing, repeatedly, type FaultKind } from './fault-kind.js';

/** Registration, attach and bearer. */
export const networkFaults: readonly FaultKind[] = [
  ...deactSpellings.map((spelling) =>
    passing('network', `DEACT spelled ${spelling}`, ({ modem }) => modem.faults.deact(spelling), {
      lastsMs: 5_000,
    }),
  ),
  lasting(
    'network',
    'detached for a minute',
    60_000,
    ({ modem }) => modem.faults.detach(),
    ({ modem }) => modem.faults.attach(),
  ),
  lasting(
    'network',
    'detached for ten minutes',
    600_000,
    ({ modem }) => modem.faults.detach(),
    ({ modem }) => modem.faults.attach(),
  ),
  lasting(
    'network',
    'registration denied',
    300_000,
    ({ modem }) => modem.faults.denyRegistration(),
    ({ modem }) => modem.faults.denyRegistration(false),
  ),
  lasting(
    'network',
    'bearer refused',
    120_000,
    ({ modem }) => {
      modem.faults.refuseBearer();
      modem.faults.deact('sapbr');
    },
    ({ modem }) => modem.faults.refuseBearer(false),
  ),
  lasting(
    'network',
    'bearer slow to come up',
    60_000,
    ({ modem }) => {
      modem.faults.slowBearer(10_000);
      modem.faults.deact('sapbr');
    },
    ({ modem }) => modem.faults.slowBearer(0),
  ),
  passing(
    'network',
    'DEACT again and again',
    (bench) => repeatedly(bench, 5, 3_000, () => bench.modem.faults.deact('cgev-nw')),
    { lastsMs: 20_000 },
  ),
];

/** The connection and the broker behind it. */
export const brokerFaults: readonly FaultKind[] = [
  passing('broker', 'CLOSED', ({ modem }) => modem.faults.closed()),
  passing('broker', 'half-open, MQTTSTATU tells', ({ modem }) => modem.faults.halfOpen(true)),
  passing('broker', 'half-open, nobody tells', ({ modem }) => modem.faults.halfOpen(false), {
    lastsMs: 5_000,
  }),
  passing(
    'broker',
    'client id taken over',
    (bench) =>
      repeatedly(bench, 6, 20_000, () => {
        const id = bench.network.broker.connected[0] ?? bench.network.broker.logins.at(-1)?.clientId;
        if (id !== undefined) bench.network.takeOver(id);
      }),
    { lastsMs: 120_000 },
  ),
  lasting(
    'broker',
    'login refused, then accepted',
    180_000,
    ({ network }) => {
      network.refuseLogins();
      network.dropConnections();
    },
    ({ network }) => network.refuseLogins(false),
  ),
  lasting(
    'broker',
    'broker down',
    120_000,
    ({ network }) => network.goDown(),
    ({ network }) => network.comeUp(),
  ),
  lasting(
    'broker',
    'broker down for half an hour',
    1_800_000,
    ({ network }) => network.goDown(),
    ({ network }) => network.comeUp(),
  ),
  lasting(
    'broker',
    'packets vanish',
    120_000,
    ({ network }) => network.goSilent(),
    ({ network }) => network.speak(),
  ),
  onTheWayUp('broker', 'lost CONNACK', ({ modem }) => modem.faults.loseOutcome('MCONNECT')),
  onTheWayUp('broker', 'lost SUBACK', ({ modem }) => modem.faults.loseOutcome('MSUB')),
  lasting(
    'broker',
    'lost PUBACK',
    60_000,
    ({ modem }) => {
      modem.faults.loseOutcome('MPUB', 2);
      modem.faults.loseOutcome('MPUBEX', 2);
    },
    ({ modem }) => modem.faults.clear(),
  ),
  onTheWayUp('broker', 'subscription refused', ({ modem }) => modem.faults.errorAfterOk('MSUB')),
];
