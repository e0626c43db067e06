import { createActor, fromCallback, fromPromise, type ActorRefFrom } from 'xstate';
import {
  defaultSettings,
  supervisorMachine,
  type ActorInput,
  type AnswerEvent,
  type LinkCommand,
  type Operation,
  type Settings,
  type SupervisorEvent,
} from '../../machines/index.js';
import type { Clock, TimerHandle } from '../../src/clock/clock.js';

/** The broker as a fleet sees it: it takes so many connections a second and refuses the rest. */
export class FleetBroker {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #allowance: number;
  #countedAt = 0;
  up = true;
  /** The times of all connections that were tried while it was up. */
  readonly connects: number[] = [];
  refused = 0;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#allowance = perSecond;
  }

  /** @returns whether the connection was taken */
  connect(): boolean {
    if (!this.up) return false;
    const now = this.#clock.now();
    this.connects.push(now);
    this.#allowance = Math.min(
      this.#perSecond,
      this.#allowance + ((now - this.#countedAt) / 1_000) * this.#perSecond,
    );
    this.#countedAt = now;
    if (this.#allowance < 1) {
      this.refused += 1;
      return false;
    }
    this.#allowance -= 1;
    return true;
  }
}

export interface LightLinkParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly broker: FleetBroker;
  /** Whether the cell lets anybody register. */
  readonly cellAlive: () => boolean;
}

/** Milliseconds; the vendor's captured sessions, as in the software modem (`src/simulator/timing.ts`). */
const took = {
  command: [2, 35],
  synchronize: [600, 1_200],
  tcpConnect: [200, 500],
  login: [210, 250],
  acknowledgement: [300, 320],
  radioOff: [16, 16],
  radioOn: [116, 140],
  registrationAfterRadioOn: [1_450, 1_600],
  boot: [1_500, 1_600],
  registrationAfterBoot: [5_300, 5_500],
} as const satisfies Record<string, readonly [number, number]>;

/** A meter with a RESET pin and the documented defaults. */
const settings: Settings = { ...defaultSettings, attempts: { ...defaultSettings.attempts, reset: 3 } };

const MS_PER_HOUR = 3_600_000;

/**
 * One link of a fleet: the real chart with its real ladder, budgets and backoff, over a model of the module that knows
 * only how long things take and what fails. Ten thousand complete supervisors would take hours; what the fleet shows
 * lies in the chart.
 */
export class LightLink {
  readonly #parts: LightLinkParts;
  readonly #actor: ActorRefFrom<typeof lightMachine>;
  #report: (event: SupervisorEvent) => void = () => undefined;
  #running: TimerHandle;
  #command = 0;
  #registeredAt = 0;
  #bootedAt = 0;
  #bearer = false;
  #subscribed = false;
  session: 'none' | 'tcp' | 'mqtt' = 'none';
  /** The times at which the supervisor made the radio attach. */
  readonly attaches: number[] = [];
  onlineAt: number | undefined;

  constructor(parts: LightLinkParts) {
    this.#parts = parts;
    this.#actor = createActor(lightMachine, {
      clock: parts.clock,
      input: { settings, jitter: parts.random, host: this },
    });
    this.#actor.subscribe((snapshot) => {
      if (!snapshot.hasTag('online')) this.onlineAt = undefined;
      else this.onlineAt ??= parts.clock.now();
    });
    this.#actor.start();
    this.#refillRadio();
  }

  start(): void {
    this.#registeredAt = this.#parts.clock.now() + this.#draw('registrationAfterBoot');
    this.#actor.send({ type: 'START' });
  }

  stop(): void {
    this.#actor.stop();
  }

  /** The broker closed the connection. */
  closed(): void {
    if (this.session === 'none') return;
    this.session = 'none';
    this.#report({ type: 'CLOSED' });
  }

  attachReport(report: (event: SupervisorEvent) => void): void {
    this.#report = report;
  }

  handle(command: LinkCommand): void {
    if (command.type === 'OPEN PORT') this.#later(1, () => this.#report({ type: 'PORT OPEN' }));
    else if (command.type === 'CLOSE PORT') this.#later(1, () => this.#report({ type: 'PORT CLOSED' }));
    else if (command.type === 'RUN') this.#run(command.operation);
  }

  /** RESET or the supply: the module boots and registers anew. */
  reboot(): void {
    this.attaches.push(this.#parts.clock.now());
    this.session = 'none';
    this.#bearer = false;
    this.#bootedAt = this.#parts.clock.now() + this.#draw('boot');
    this.#registeredAt = this.#bootedAt + this.#draw('registrationAfterBoot');
  }

  get #registered(): boolean {
    return this.#parts.cellAlive() && this.#parts.clock.now() >= this.#registeredAt;
  }

  #run(operation: Operation): void {
    this.#command += 1;
    const command = this.#command;
    const answer = (after: keyof typeof took, type: AnswerEvent['type'], extraMs = 0): void =>
      this.#later(this.#draw(after) + extraMs, () =>
        this.#report({ type, command, ...(type === 'SESSION UP' && { quietMs: 0 }) } as SupervisorEvent),
      );
    switch (operation) {
      case 'synchronize':
        answer('synchronize', 'OK', Math.max(0, this.#bootedAt - this.#parts.clock.now()));
        return;
      case 'checkSim':
        answer('command', 'SIM READY');
        return;
      case 'checkAttach':
        answer('command', this.#registered ? 'ATTACHED' : 'NOT ATTACHED');
        return;
      case 'openBearer':
        this.#bearer = this.#registered;
        answer('command', this.#bearer ? 'OK' : 'ERROR');
        return;
      case 'queryBearer':
        answer('command', this.#bearer ? 'BEARER UP' : 'BEARER DOWN');
        return;
      case 'connectTcp':
        this.session = this.#bearer && this.#parts.broker.connect() ? 'tcp' : 'none';
        answer('tcpConnect', this.session === 'tcp' ? 'CONNECT OK' : 'CONNECT FAIL');
        return;
      case 'connectMqtt':
        this.session = 'mqtt';
        this.#subscribed = false;
        answer('login', 'CONNACK OK');
        return;
      case 'announce':
        answer('acknowledgement', 'ANNOUNCED');
        return;
      case 'subscribeNext':
        if (this.#subscribed) answer('command', 'ALL SUBSCRIBED');
        else answer('acknowledgement', 'SUBACK');
        this.#subscribed = true;
        return;
      case 'askSession':
        answer('command', this.session === 'mqtt' ? 'SESSION UP' : 'SESSION DOWN');
        return;
      case 'clear':
      case 'closeTcp':
      case 'disconnect':
        this.session = 'none';
        answer('command', 'ANSWERED');
        return;
      case 'closeBearer':
        this.#bearer = false;
        answer('command', 'ANSWERED');
        return;
      case 'radioOff':
        this.#registeredAt = Infinity;
        this.#bearer = false;
        answer('radioOff', 'ANSWERED');
        return;
      case 'radioOn':
        this.attaches.push(this.#parts.clock.now());
        this.#registeredAt = this.#parts.clock.now() + this.#draw('registrationAfterRadioOn');
        answer('radioOn', 'ANSWERED');
        return;
      case 'restartModule':
        this.reboot();
        answer('command', 'ANSWERED');
        return;
      case 'setBearerType':
      case 'setApn':
      case 'secure':
      case 'configureMqtt':
      case 'enterPin':
        answer('command', 'OK');
        return;
    }
  }

  /** One operation at a time; a newer one supersedes. */
  #later(ms: number, task: () => void): void {
    this.#parts.clock.clearTimeout(this.#running);
    this.#running = this.#parts.clock.setTimeout(task, ms);
  }

  #draw(what: keyof typeof took): number {
    const [shortest, longest] = took[what];
    return shortest + (longest - shortest) * this.#parts.random();
  }

  #refillRadio(): void {
    this.#parts.clock.setTimeout(() => {
      if (this.#actor.getSnapshot().status !== 'active') return;
      this.#actor.send({ type: 'RADIO TOKEN' });
      this.#refillRadio();
    }, MS_PER_HOUR / settings.radioBurst);
  }
}

function linkOf({ host }: ActorInput): LightLink {
  if (!(host instanceof LightLink)) throw new Error('a fleet is made of light links');
  return host;
}

const reboot = fromPromise<undefined, ActorInput>(async ({ input }) => {
  linkOf(input).reboot();
  await Promise.resolve(undefined);
});

const lightMachine = supervisorMachine.provide({
  actors: {
    link: fromCallback<LinkCommand, ActorInput>(({ input, receive, sendBack }) => {
      const link = linkOf(input);
      link.attachReport((event) => sendBack(event));
      receive((command) => link.handle(command));
    }),
    pulseReset: reboot,
    cyclePower: reboot,
  },
});
