import { once } from 'node:events';
import net from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Clock } from '../../clock/clock.js';
import { control } from '../../simulator/control.js';
import { SoftwareModem } from '../../simulator/modem.js';
import { SimulatorError } from '../../simulator/simulator-error.js';
import { spawnSoftwareModem } from '../../simulator/spawn.js';
import { tcpNetwork } from '../../simulator/tcp-network.js';
import { memoryTransport } from '../../testing/memory-transport.js';
import type { TransportFactory } from '../../transport/transport.js';

/** Everything that the demo plays on: a broker, somebody who watches it, a modem. */
export interface Stage {
  readonly brokerUrl: string;
  /** A client of its own at the broker: what it gets has really arrived. */
  readonly observer: MqttClient;
  /** What the supervisor opens. */
  readonly port: string;
  /** Set where no pseudo-terminal could be had: the line is in memory then. */
  readonly openTransport?: TransportFactory;
  /** Acts on the modem: `closed`, `deact sapbr`, `hang`. */
  readonly modem: (command: string) => Promise<string>;
  /** The broker as the modem reaches it. */
  readonly broker: { goDown(): void; comeUp(): void; refuseLogins(): void; acceptLogins(): void };
  close(): Promise<void>;
}

const PROFILE = 'air780ep';

/** MQTT 3.1.1, 3.2.2.3: return code 5. */
const NOT_AUTHORIZED = Object.assign(new Error('not authorized'), { returnCode: 5 });

/** Sets the stage on loopback; nothing leaves the machine. */
export async function setStage(clock: Clock): Promise<Stage> {
  const broker = await Aedes.createBroker();
  const forDevices = await serve(broker);
  const forObserver = await serve(broker);
  const observer = await connectAsync(forObserver.url, { clientId: 'observer' });
  await observer.subscribeAsync('demo/#', { qos: 2 });
  const modem = await startModem(clock);
  return {
    brokerUrl: forDevices.url,
    broker: {
      goDown: forDevices.goDown,
      comeUp: forDevices.comeUp,
      refuseLogins: () => {
        broker.authenticate = (_client, _username, _password, done) => done(NOT_AUTHORIZED, false);
        forDevices.hangUp();
      },
      acceptLogins: () => {
        broker.authenticate = (_client, _username, _password, done) => done(null, true);
      },
    },
    observer,
    ...modem,
    close: async () => {
      await modem.stop();
      await observer.endAsync(true);
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      forDevices.goDown();
      forObserver.goDown();
    },
  };
}

interface Door {
  readonly url: string;
  readonly goDown: () => void;
  readonly comeUp: () => void;
  /** Ends the connections that are open; new ones are taken. */
  readonly hangUp: () => void;
}

/** A door to the broker on loopback, which can be shut: connections end, new ones are refused. */
async function serve(broker: Aedes): Promise<Door> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    broker.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the broker has no port');
  const { port } = address;
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    goDown: () => {
      server.close();
      hangUp();
    },
    hangUp,
    comeUp: () => {
      if (!server.listening) server.listen(port, '127.0.0.1');
    },
  };
}

type StagedModem = Pick<Stage, 'port' | 'openTransport' | 'modem'> & { stop(): Promise<void> };

/** On a pseudo-terminal in a process of its own, or in memory where there is none. */
async function startModem(clock: Clock): Promise<StagedModem> {
  try {
    const served = await spawnSoftwareModem({ profile: PROFILE, latency: 'none' });
    return { port: served.path, modem: (command) => served.control(command), stop: () => served.stop() };
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    const modem = new SoftwareModem({
      profile: PROFILE,
      clock,
      random: Math.random,
      network: tcpNetwork(),
      latency: 'none',
    });
    modem.powerOn();
    return {
      port: 'in memory (no pseudo-terminal on this machine)',
      openTransport: memoryTransport(modem),
      modem: (command) => Promise.resolve(control(modem, command)),
      stop: () => {
        modem.powerOff();
        return Promise.resolve();
      },
    };
  }
}
