import fs from 'node:fs';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { LinkError } from '../../errors/link-error.js';
import { control } from '../../simulator/control.js';
import { SoftwareModem } from '../../simulator/modem.js';
import type { ProfileName } from '../../simulator/profiles.js';
import { servePty } from '../../simulator/serve-pty.js';
import { serveTcp } from '../../simulator/serve-tcp.js';
import { SimulatorError } from '../../simulator/simulator-error.js';
import { tcpNetwork } from '../../simulator/tcp-network.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';

export interface SimulateOptions {
  readonly profile: ProfileName;
  readonly link?: string;
  readonly broker?: string;
  readonly control?: string;
  readonly tcp?: number;
}

/** Serves a software modem until a signal comes. */
export async function simulate(options: SimulateOptions, context: CliContext): Promise<ExitCode> {
  const { clock, stdin, stdout, stderr } = context;
  const override = options.broker === undefined ? undefined : brokerAddress(options.broker);
  const modem = new SoftwareModem({
    profile: options.profile,
    clock,
    random: Math.random,
    network: tcpNetwork(override === undefined ? {} : { redirect: override }),
  });
  const served = await serve(modem, options, context);
  let socket: ControlSocket | undefined;
  try {
    if (options.control !== undefined) socket = await controlSocket(modem, options.control);
    modem.powerOn();
    const typed = createInterface({ input: stdin });
    typed.on('line', (line) => {
      if (line.trim() !== '') stderr.write(`${control(modem, line)}\n`);
    });
    const signalled = endingSignal();
    stdout.write(`${served.path}\n`);
    stderr.write(
      `An ${options.profile} answers at ${served.path}. Type "help" for the faults, Ctrl-C to end.\n`,
    );
    await signalled;
    typed.close();
  } finally {
    stdin.destroy();
    modem.powerOff();
    socket?.close();
    await served.stop();
  }
  return exitCode.done;
}

/** Ctrl-C, an order to end, or the terminal closed: whichever comes, link and socket must not stay behind. */
function endingSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

/** What the host opens, and how to end it. */
interface Served {
  readonly path: string;
  stop(): Promise<void>;
}

async function serve(modem: SoftwareModem, options: SimulateOptions, { clock }: CliContext): Promise<Served> {
  const { link, tcp } = options;
  if (tcp !== undefined) {
    if (!Number.isInteger(tcp) || tcp < 0 || tcp > 65_535) {
      throw new LinkError('CONFIG_INVALID', '--tcp must be a port, 0 to 65535.', {
        hint: 'For example --tcp 4004.',
      });
    }
    const served = await serveTcp(modem, { port: tcp });
    return { path: `tcp://${served.host}:${served.port}`, stop: () => served.stop() };
  }
  try {
    return await servePty(modem, { clock, ...(link !== undefined && { link }) });
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    if (error.code === 'LINK_TAKEN') {
      throw new LinkError('CONFIG_INVALID', `--link: ${error.message}`, {
        hint: 'Name a path that is free.',
      });
    }
    throw new LinkError('PORT_NOT_FOUND', error.message, {
      hint: 'Serve it on TCP instead: luat-link simulate --tcp 4004, with port: tcp://127.0.0.1:4004.',
      cause: error,
    });
  }
}

interface ControlSocket {
  /** Hangs up on everybody and removes the socket. */
  close(): void;
}

/** One control command a line, one answer each; a blank line ends the answer. */
async function controlSocket(modem: SoftwareModem, path: string): Promise<ControlSocket> {
  if (fs.lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) fs.unlinkSync(path);
  const clients = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => socket.write(`${control(modem, line)}\n\n`));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new LinkError('CONFIG_INVALID', `--control ${path} cannot be used: ${error.message}`, {
          hint: 'Name a path that is free, in a folder that can be written.',
        }),
      );
    });
    server.listen(path, resolve);
  });
  return {
    close: () => {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}

function brokerAddress(url: string): { host: string; port: number } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'mqtt:' || parsed.hostname === '') {
    throw new LinkError('CONFIG_INVALID', `--broker must be mqtt://host:port.`, {
      hint: 'For example mqtt://127.0.0.1:1883.',
    });
  }
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? 1883 : Number(parsed.port),
  };
}
