import type {
  Cause,
  LinkCommand,
  NoticeEvent,
  Operation,
  PortEvent,
  SupervisorEvent,
} from '../../machines/index.js';
import { createCommands } from '../air/commands/index.js';
import { explainTcpError } from '../air/module-errors.js';
import { unknownModule } from '../air/profiles.js';
import { decodeTopic } from '../air/topic.js';
import { readUrc } from '../air/urcs.js';
import { airGrammar } from '../air/wire-grammar.js';
import { AtChannel } from '../at/channel.js';
import { LinkError } from '../errors/link-error.js';
import { readCredentials } from '../tls/credentials.js';
import type { Transport } from '../transport/transport.js';
import type { LinkHost } from './host.js';
import type { ModuleInfo } from './module-info.js';
import type { CardMemory, Survey, TlsMemory } from './operation-context.js';
import { findsNothing, operations, timingsOf } from './operations.js';
import { Talk } from './talk.js';
import { Traffic } from './traffic.js';

/** One opened port with everything that lives and dies with it. */
interface Line {
  readonly transport: Transport;
  readonly channel: AtChannel;
  readonly traffic: Traffic;
}

/**
 * The one actor that talks to the module. It owns the port and the AT channel, does what the chart asks, one operation
 * at a time, and reports everything as named events in the order of the wire: answers, outcomes, URCs, the port's loss.
 * (A promise per command would let an answer overtake a URC of the same chunk.)
 */
export class ModemLink {
  readonly #host: LinkHost;
  readonly #report: (event: SupervisorEvent) => void;
  readonly #commands;
  readonly #timings;
  #line: Line | undefined;
  #talk: Talk | undefined;
  #count = 0;
  #module: ModuleInfo = { profile: unknownModule };
  /** Why the port could not be opened the last time. */
  #refusal: string | undefined;
  #tlsDigest: string | undefined;
  readonly #survey: Survey = { isDue: false };
  readonly #cards: CardMemory = { present: undefined, enteredOn: undefined };
  readonly #tls: TlsMemory = {
    read: () =>
      readCredentials(this.#host.config.broker.tls ?? { insecure: true }, this.#host.clock.wallTime()),
    digest: () => this.#tlsDigest,
    remember: (digest) => {
      this.#tlsDigest = digest;
    },
  };

  constructor(host: LinkHost, report: (event: SupervisorEvent) => void) {
    this.#host = host;
    this.#report = report;
    this.#timings = timingsOf(host.config);
    this.#commands = createCommands(this.#timings);
  }

  /** Does what the chart asks. */
  handle(command: LinkCommand): void {
    switch (command.type) {
      case 'OPEN PORT':
        this.#openPort();
        return;
      case 'CLOSE PORT':
        void this.#drop().then(() => this.#report({ type: 'PORT CLOSED' }));
        return;
      case 'RUN':
        this.#run(command.operation);
        return;
      case 'OPEN TRAFFIC':
        this.#survey.isDue = true;
        this.#line?.traffic.open();
        return;
      case 'CLOSE TRAFFIC':
        this.#line?.traffic.close();
        this.#host.subscriptions.sessionEnded();
        return;
    }
  }

  /** Lets go of the port without a word to the chart. */
  dispose(): void {
    void this.#drop();
  }

  /** A subscription came or went while a session may be up. */
  serveSubscriptions(): void {
    this.#line?.traffic.serve();
  }

  #openPort(): void {
    const free = this.#drop();
    const { clock, config, delivery, subscriptions, log } = this.#host;
    const mine = (): boolean => this.#line === line;
    const notice = (event: NoticeEvent): void => {
      if (mine()) this.#report(event);
    };
    const transport = this.#host.openTransport({
      data: (bytes) => {
        if (mine()) channel.receive(bytes);
      },
      lost: (reason) => {
        if (!mine()) return;
        log.warn({ port: transport.name, reason: reason.message }, 'port lost');
        void this.#drop();
        this.#report({ type: 'PORT LOST' });
      },
    });
    const channel = new AtChannel({
      clock,
      grammar: airGrammar({ encoding: config.receive.encoding }),
      // A write fails only when the line is lost, which the listener hears of.
      write: (bytes) => void transport.write(bytes).catch(() => undefined),
      classify: (text, awaiting) => (readUrc(text, awaiting) === undefined ? 'other' : 'urc'),
      onUrc: (text) => this.#onUrc(text),
      onPayload: (item) => {
        if (item.kind === 'truncated') {
          log.warn(
            { expected: item.header.wireLength, received: item.received },
            'message broke off on the line',
          );
          return;
        }
        traffic.received();
        this.#host.onMessage({ topic: decodeTopic(item.header.topic), payload: item.payload });
      },
      // Together no longer than two time limits, so that a dead module is noticed within three.
      resync: { answerMs: Math.min(1_000, Math.max(100, config.recovery.commandTimeoutMs / 5)) },
      onUnresponsive: () => notice({ type: 'UNRESPONSIVE' }),
      onTrace: this.#host.onWire,
    });
    const traffic = new Traffic({
      channel,
      commands: this.#commands,
      timings: this.#timings,
      config,
      delivery,
      subscriptions,
      module: () => this.#module,
      notice,
      lost: (count) => {
        log.warn({ count }, 'messages were overwritten in the module before they were read');
        this.#host.onLost(count);
      },
    });
    const line: Line = { transport, channel, traffic };
    this.#line = line;
    const open = async (): Promise<void> => {
      // The port before it still holds its lock.
      await free;
      if (mine()) await transport.open();
    };
    void open().then(
      () => {
        if (!mine()) return;
        this.#refusal = undefined;
        this.#host.onPort(transport);
        this.#report({ type: 'PORT OPEN' });
      },
      (error: unknown) => {
        if (!mine()) return;
        this.#logRefusal(transport.name, messageOf(error));
        void this.#drop();
        this.#host.onProblem(error);
        this.#report({ type: 'PORT FAILED', cause: portCause(error) });
      },
    );
  }

  /** Once for each reason: a port that stays away is tried every second. */
  #logRefusal(port: string, reason: string): void {
    if (reason !== this.#refusal) this.#host.log.warn({ port, reason }, 'port cannot be opened');
    this.#refusal = reason;
  }

  #run(operation: Operation): void {
    this.#talk?.supersede();
    const line = this.#line;
    if (line === undefined) return;
    if (!findsNothing.has(operation)) this.#host.onProblem(undefined);
    const command = ++this.#count;
    const talk = new Talk(line.channel, {
      report: (answer) => this.#report({ ...answer, command }),
      onFault: (fault) => {
        this.#host.log.error({ operation, reason: messageOf(fault) }, 'operation cannot be done');
        this.#host.onProblem(fault);
      },
      explain: (problem) => this.#host.onProblem(problem),
    });
    this.#talk = talk;
    try {
      operations[operation](talk, {
        config: this.#host.config,
        commands: this.#commands,
        timings: this.#timings,
        subscriptions: this.#host.subscriptions,
        module: this.#module,
        explain: (problem) => this.#host.onProblem(problem),
        learn: (facts) => this.#learn(facts),
        tls: this.#tls,
        cards: this.#cards,
        survey: this.#survey,
        wallTime: () => this.#host.clock.wallTime(),
        log: this.#host.log,
        quietMs: () => this.#host.clock.now() - line.channel.lastByteAt,
      });
    } catch (fault) {
      // A value that the module cannot be sent, a certificate that is not there any more.
      talk.fail(fault);
    }
  }

  #onUrc(text: string): void {
    const urc = readUrc(text);
    if (urc === undefined) return;
    this.#host.log.debug({ urc }, 'urc');
    switch (urc.kind) {
      case 'closed':
        if (urc.tcpError !== undefined) this.#host.onProblem(explainTcpError(urc.tcpError));
        this.#line?.channel.cancelOutcomes();
        this.#report({ type: 'CLOSED' });
        return;
      case 'deact':
        this.#line?.channel.cancelOutcomes();
        this.#report({ type: 'DEACT' });
        return;
      case 'rdy':
        this.#line?.channel.abortAll();
        this.#report({ type: 'RDY' });
        return;
      case 'sim':
        if (urc.state === 'removed') this.#report({ type: 'SIM REMOVED' });
        else if (urc.state !== 'busy') this.#report({ type: 'SIM INSERTED' });
        return;
      case 'cached notice':
        this.#line?.traffic.announced();
        return;
      case 'boot hint':
      case 'mode':
      case 'service':
      case 'pdn active':
      case 'nitz':
      case 'registration':
      case 'diagnostic':
      case 'noise':
        return;
    }
  }

  #learn(facts: Partial<ModuleInfo>): void {
    this.#module = { ...this.#module, ...facts };
    this.#host.onModule(this.#module);
  }

  /** Ends everything on the line and closes it. @returns settles when the port is free */
  async #drop(): Promise<void> {
    const line = this.#line;
    this.#talk?.supersede();
    this.#talk = undefined;
    this.#line = undefined;
    this.#host.onPort(undefined);
    if (line === undefined) return;
    line.traffic.close();
    line.channel.close();
    this.#host.subscriptions.sessionEnded();
    await line.transport.close();
  }
}

function portCause(error: unknown): Extract<PortEvent, { type: 'PORT FAILED' }>['cause'] {
  const code: LinkError['code'] = error instanceof LinkError ? error.code : 'PORT_LOST';
  const causes: readonly Cause[] = ['PORT_NOT_FOUND', 'PORT_DENIED', 'PORT_BUSY'];
  return causes.includes(code as Cause) ? (code as 'PORT_NOT_FOUND') : 'PORT_LOST';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
