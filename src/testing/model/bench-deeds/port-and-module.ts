import type { Bench } from '../../bench.js';
import type { Deed } from '../deed.js';

/** Where the chart waits for the module, so that a silence is noticed. */
const talking = [
  'synchronizing',
  'clearing',
  'securing',
  'configuringMqtt',
  'connectingTcp',
  'connectingMqtt',
  'announcing',
  'subscribing',
  'subscribed.asking',
  'recovering.closingTcp',
  'recovering.deactivatingBearer',
  'recovering.cyclingRadio.switchingOff',
  'recovering.cyclingRadio.switchingOn',
  'recovering.restartingModule',
];

/** The port on the host's side. */
export function portDeeds(bench: Bench): readonly Deed[] {
  const { cable } = bench;
  return [
    {
      name: 'there is no such port',
      brings: 'PORT FAILED: PORT_NOT_FOUND',
      do: () => cable.unplug(),
      undo: () => cable.plug(),
    },
    {
      name: 'the port may not be opened',
      brings: 'PORT FAILED: PORT_DENIED',
      do: () => cable.refuse('PORT_DENIED'),
      undo: () => cable.refuse(undefined),
    },
    {
      name: 'the cable is pulled while the RESET driver is at work',
      brings: 'PORT LOST',
      in: ['recovering.pulsingReset'],
      do: () => {
        bench.reset = 'hangs';
        cable.unplug();
      },
      undo: () => {
        bench.reset = 'works';
        cable.plug();
      },
    },
    {
      name: 'the cable is pulled while the supply is switched',
      brings: 'PORT LOST',
      in: ['recovering.cyclingPower'],
      do: () => {
        bench.power = 'hangs';
        cable.unplug();
      },
      undo: () => {
        bench.power = 'works';
        cable.plug();
      },
    },
    { name: 'the cable is pulled', brings: 'PORT LOST', do: () => cable.unplug(), undo: () => cable.plug() },
    {
      name: 'the port does not open',
      brings: 'after portLimit',
      do: () => cable.stick(),
      undo: () => cable.stick(false),
    },
  ];
}

/** The module, its RESET pin and its supply. */
export function moduleDeeds(bench: Bench, patient: boolean): readonly Deed[] {
  const { faults } = bench.modem;
  const mute = { do: () => faults.mute(), undo: () => faults.mute(false) };
  const driver = (name: 'reset' | 'power', mood: 'fails' | 'hangs') => ({
    do: () => void (bench[name] = mood),
    undo: () => void (bench[name] = 'works'),
  });
  return [
    { name: 'the module says RDY', brings: 'RDY', do: () => faults.print('\r\nRDY\r\n') },
    ...(patient
      ? [
          { name: 'the module falls silent', brings: 'after answerLimit', in: talking, ...mute },
          {
            name: 'no answer to MDISCONNECT',
            brings: 'after stopLimit',
            do: () => faults.loseAnswer('MDISCONNECT'),
            undo: () => faults.disarm(),
          },
        ]
      : [{ name: 'the module falls silent', brings: 'UNRESPONSIVE', ...mute }]),
    {
      name: 'the module falls silent',
      brings: 'UNANSWERED',
      in: ['synchronizing', 'connectingTcp'],
      ...mute,
    },
    { name: 'the module falls silent', brings: 'after bootLimit', ...mute },
    { name: 'the RESET driver fails', brings: 'pulseReset failed', ...driver('reset', 'fails') },
    { name: 'the supply driver fails', brings: 'cyclePower failed', ...driver('power', 'fails') },
    {
      name: 'the RESET driver hangs',
      brings: 'after driverLimit',
      in: ['recovering.pulsingReset'],
      ...driver('reset', 'hangs'),
    },
    {
      name: 'the supply driver hangs',
      brings: 'after driverLimit',
      in: ['recovering.cyclingPower'],
      ...driver('power', 'hangs'),
    },
  ];
}
