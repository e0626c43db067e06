import type { Bench } from '../../bench.js';
import type { Deed } from '../deed.js';

const STRANGE_PIN = '9999';

export function cardDeeds({ modem: { faults, sim } }: Bench): readonly Deed[] {
  const pinned = sim.locked;
  return [
    {
      name: 'a card that is busy',
      brings: 'SIM BUSY',
      do: () => faults.failNext('CPIN', '+CME ERROR: 14'),
      undo: () => faults.disarm(),
    },
    {
      name: 'the card is taken out',
      brings: 'SIM ABSENT',
      do: () => faults.simOut(),
      undo: () => faults.simIn(),
    },
    {
      name: 'the card is taken out for long',
      brings: 'after simLimit',
      do: () => faults.simOut(),
      undo: () => faults.simIn(),
    },
    {
      name: 'the module tells that the card was taken out',
      brings: 'SIM REMOVED',
      in: ['synchronizing', 'clearing', 'checkingSim', 'attaching', 'recovering', 'needsAttention'],
      do: () => faults.print('\r\n+CPIN: SIM REMOVED 0\r\n'),
    },
    {
      name: 'the module tells that a card was put in',
      brings: 'SIM INSERTED',
      do: () => faults.print('\r\n+CPIN: READY 0\r\n'),
    },
    {
      name: 'the card wants its PIN',
      brings: 'SIM PIN',
      do: () => {
        if (!pinned) sim.lock(true, STRANGE_PIN);
        sim.powerCycle();
      },
      undo: () => {
        if (!pinned) sim.lock(false, STRANGE_PIN);
      },
    },
    ...(pinned
      ? []
      : [
          {
            name: 'the card wants its PUK',
            brings: 'SIM PUK',
            do: () => {
              sim.lock(true, STRANGE_PIN);
              for (let tries = 0; tries < 3; tries += 1) sim.enterPin('0000');
            },
            undo: () => {
              sim.unblock('12345678', STRANGE_PIN);
              sim.lock(false, STRANGE_PIN);
            },
          },
        ]),
  ];
}

/** Registration, attach and bearer. */
export function networkDeeds({ modem: { faults } }: Bench): readonly Deed[] {
  return [
    { name: 'time passes, and the radio may attach once more', brings: 'RADIO TOKEN', do: () => undefined },
    { name: 'no network', brings: 'NOT ATTACHED', do: () => faults.detach(), undo: () => faults.attach() },
    {
      name: 'the registration is denied',
      brings: 'REGISTRATION DENIED',
      do: () => faults.denyRegistration(),
      undo: () => faults.denyRegistration(false),
    },
    {
      name: 'no network for long',
      brings: 'after attachLimit',
      in: ['attaching.asking'],
      // Said of an attach that was there, the loss would be told: DEACT.
      do: () => faults.failNext('CGATT', '+CGATT: 0\r\n\r\nOK', Infinity),
      undo: () => faults.disarm(),
    },
    {
      name: 'the registration is denied for long',
      brings: 'after attachLimit',
      in: ['attaching.pausing'],
      do: () => faults.denyRegistration(),
      undo: () => faults.denyRegistration(false),
    },
    {
      name: 'the bearer takes its time',
      brings: 'BEARER PENDING',
      do: () => faults.slowBearer(5_000),
      undo: () => faults.slowBearer(0),
    },
    {
      name: 'the bearer takes too long',
      brings: 'after bearerLimit',
      do: () => faults.slowBearer(300_000),
      undo: () => faults.slowBearer(0),
    },
    {
      name: 'the bearer cannot be asked for',
      brings: 'BEARER DOWN',
      do: () => faults.failNext('SAPBR=2'),
      undo: () => faults.disarm(),
    },
    { name: 'the bearer is lost', brings: 'DEACT', do: () => faults.deact('sapbr') },
  ];
}

/** The connection and the broker behind it. */
export function brokerDeeds({ modem, network }: Bench): readonly Deed[] {
  const { faults } = modem;
  return [
    {
      name: 'the broker is down',
      brings: 'CONNECT FAIL',
      do: () => network.goDown(),
      undo: () => network.comeUp(),
    },
    {
      name: 'the TLS settings are refused',
      brings: 'ERROR',
      in: ['connectingTcp'],
      do: () => faults.failNext('SSLCFG', 'ERROR', 9),
      undo: () => faults.disarm(),
    },
    {
      name: 'the module has forgotten the TLS settings',
      brings: 'NOT SECURED',
      do: () => faults.failNext('SSLCFG="seclevel"', '+SSLCFG: "seclevel",88,0\r\n\r\nOK'),
      undo: () => faults.disarm(),
    },
    {
      name: 'there is no connection to log in on',
      brings: 'SESSION DOWN',
      in: ['connectingMqtt'],
      do: () => faults.failNext('MCONNECT', '+CME ERROR: 767'),
      undo: () => faults.disarm(),
    },
    {
      name: 'the session dies without a word',
      brings: 'SESSION DOWN',
      in: ['subscribed'],
      do: () => faults.halfOpen(true),
    },
    {
      name: 'the server closes the connection',
      brings: 'CLOSED',
      do: () => {
        const { session } = modem.state();
        if (session === 'online' || session === 'tcp' || session === 'loggingIn') faults.closed();
        else faults.print('\r\nCLOSED\r\n');
      },
    },
    {
      name: 'a publish is not acknowledged',
      brings: 'UNACKNOWLEDGED',
      do: async (link) => {
        for (const command of ['MPUB', 'MPUBEX']) faults.loseOutcome(command);
        await link.publish('model', 'not acknowledged', { qos: 1 });
      },
      undo: () => faults.disarm(),
    },
  ];
}
