import { lasting, onTheWayUp, passing, type FaultKind } from './fault-kind.js';

const SHARE_LOST = 0.02;

/** Between module and host: bytes. */
export const wireFaults: readonly FaultKind[] = [
  passing('wire', 'late answers after their time limit', ({ modem }) => modem.faults.holdOutput(12_000), {
    lastsMs: 12_000,
  }),
  lasting(
    'wire',
    'answers 5 s late',
    60_000,
    ({ modem }) => modem.faults.delayAnswers(5_000),
    ({ modem }) => modem.faults.delayAnswers(0),
  ),
  lasting(
    'wire',
    'missing prompt',
    60_000,
    ({ modem }) => modem.faults.losePrompt('MPUBEX', 2),
    ({ modem }) => modem.faults.clear(),
  ),
  passing('wire', 'early prompt', ({ modem }) => modem.faults.print('\r\n> '), {
    provokes: 'data-before-prompt',
  }),
  passing('wire', 'half a line', ({ modem }) => modem.faults.breakOff()),
  passing('wire', 'half a URC', ({ modem }) => modem.faults.print('\r\n+CGEV: NW PDN DE')),
  lasting(
    'wire',
    'byte loss',
    60_000,
    ({ modem }) => modem.faults.byteLoss(SHARE_LOST),
    ({ modem }) => modem.faults.byteLoss(0),
  ),
  passing('wire', 'URC storm', ({ modem }) => modem.faults.storm(1_000, 2_000), { lastsMs: 2_000 }),
  passing('wire', 'echo comes back', ({ modem }) => modem.faults.echo()),
  passing('wire', '3 kB of garbage', ({ modem }) => modem.faults.garbage(3_000)),
  lasting(
    'wire',
    'output byte by byte',
    60_000,
    ({ modem }) => modem.faults.splitOutput(1),
    ({ modem }) => modem.faults.splitOutput(0),
  ),
  lasting(
    'wire',
    'output glued together',
    60_000,
    ({ modem }) => modem.faults.glueOutput(),
    ({ modem }) => modem.faults.glueOutput(false),
  ),
  lasting(
    'wire',
    'mute for 30 s',
    30_000,
    ({ modem }) => modem.faults.mute(),
    ({ modem }) => modem.faults.mute(false),
  ),
  onTheWayUp('wire', 'a lost answer to MCONFIG', ({ modem }) => modem.faults.loseAnswer('MCONFIG')),
  onTheWayUp('wire', 'a lost answer to SAPBR', ({ modem }) => {
    modem.faults.loseAnswer('SAPBR=2');
    modem.faults.deact('sapbr');
  }),
];

/** The port on the host's side. */
export const interfaceFaults: readonly FaultKind[] = [
  lasting(
    'interface',
    'cable pulled and back',
    30_000,
    ({ cable }) => cable.unplug(),
    ({ cable }) => cable.plug(),
  ),
  lasting(
    'interface',
    'port back under another name',
    5_000,
    (bench) => {
      bench.cable.unplug();
      bench.portPath = bench.portPath === '/dev/ttyUSB2' ? '/dev/ttyUSB3' : '/dev/ttyUSB2';
    },
    ({ cable }) => cable.plug(),
  ),
  lasting(
    'interface',
    'port held by another program',
    30_000,
    ({ cable }) => {
      cable.refuse('PORT_BUSY');
      cable.unplug();
      cable.plug();
    },
    ({ cable }) => cable.refuse(undefined),
  ),
  lasting(
    'interface',
    'no permission after a replug',
    30_000,
    ({ cable }) => {
      cable.refuse('PORT_DENIED');
      cable.unplug();
      cable.plug();
    },
    ({ cable }) => cable.refuse(undefined),
  ),
  passing('interface', 'port dead without a word', ({ cable }) => cable.freeze()),
  lasting(
    'interface',
    'cable pulled while the module reboots',
    20_000,
    ({ cable, modem }) => {
      cable.unplug();
      modem.faults.reboot(1);
    },
    ({ cable }) => cable.plug(),
  ),
];
