import { factorySettings, freshRam, type Board, type Ram, type Settings } from './board.js';
import { boot, bootCauses, bootTexts, type BootCause } from './boot.js';
import { FaultRules } from './fault-rules.js';
import { Faults } from './faults.js';
import { Flash } from './flash.js';
import type { ModemPower, ModemState, SoftwareModemOptions } from './modem-options.js';
import { Printer } from './printer.js';
import { Processor } from './processor.js';
import { profiles, type Profile } from './profiles.js';
import type { Quirks } from './quirks.js';
import { Radio } from './radio.js';
import { RealTimeClock } from './real-time-clock.js';
import { receptionLine } from './reception.js';
import { Schedule } from './schedule.js';
import { Session } from './session.js';
import { SimCard } from './sim-card.js';
import { Timing } from './timing.js';
import { LineRecord, type TranscriptEntry, type Violation } from './transcript.js';
import { Uart } from './uart.js';
import { urcStorm } from './urc-storm.js';

export type { ModemPower, ModemState, SoftwareModemOptions } from './modem-options.js';

/**
 * A Luat Air7xx module in software: bytes in, bytes out, an MQTT client behind them.
 *
 *     host --write()--> Uart -> Processor -> commands -> Session -> BrokerNetwork
 *     host <-onOutput-- Uart <- Printer  <- answers, URCs <---------'
 *
 * It starts without power; `powerOn()` boots it.
 */
export class SoftwareModem {
  readonly profile: Profile;
  readonly quirks: Quirks;
  readonly faults: Faults;
  readonly sim: SimCard;
  /** Files in flash. */
  readonly flash: Flash;
  readonly #options: SoftwareModemOptions;
  readonly #record: LineRecord;
  readonly #schedule: Schedule;
  readonly #timing: Timing;
  readonly #uart: Uart;
  readonly #printer: Printer;
  readonly #radio: Radio;
  readonly #rtc: RealTimeClock;
  readonly #session: Session;
  readonly #rules = new FaultRules();
  readonly #processor: Processor;
  readonly #factory: Settings;
  #saved: Settings;
  #settings: Settings;
  #ram: Ram;
  #power: ModemPower = 'off';
  #bootedAt = 0;
  #bootCause: BootCause = 'powerKey';
  #simSettled = false;

  constructor(options: SoftwareModemOptions) {
    this.#options = options;
    const { clock, random } = options;
    this.profile = profiles[options.profile];
    this.quirks = { ...this.profile.quirks, ...options.quirks };
    this.sim = new SimCard(options.sim);
    this.flash = new Flash(this.profile.fileSpace);
    this.#record = new LineRecord(clock);
    this.#schedule = new Schedule(clock);
    this.#timing = new Timing(options.latency ?? 'captured', random);
    this.#uart = new Uart(
      { clock, random, baudRate: options.baudRate ?? 0, cut: options.cut ?? 0 },
      (bytes) => {
        if (this.#power === 'running') this.#processor.accept(bytes);
      },
    );
    this.#uart.losesPushedOutput = this.quirks.losesPushedOutput;
    this.#printer = new Printer(this.#uart, this.quirks, this.#schedule, this.#record);
    const urc = (text: string): void => {
      if (this.#power === 'running') this.#printer.urc(text);
    };
    this.#session = new Session({
      clock,
      network: options.network,
      timing: this.#timing,
      quirks: this.quirks,
      urc,
      received: (message) => {
        const line = receptionLine(this.#ram, message, this.quirks.receiveLimit);
        if (line !== undefined) urc(line);
      },
    });
    this.#rtc = new RealTimeClock(clock);
    this.#radio = new Radio({
      profile: this.profile,
      clock,
      timing: this.#timing,
      sim: this.sim,
      urc,
      bearerLost: () => this.#session.strand(),
      timeTold: () => this.#rtc.correct(),
    });
    this.#factory = factorySettings(this.quirks);
    this.#saved = { ...this.#factory };
    this.#settings = { ...this.#saved };
    this.#ram = freshRam(this.quirks);
    this.#processor = new Processor({
      board: this.#board(),
      printer: this.#printer,
      schedule: this.#schedule,
      rules: this.#rules,
    });
    this.faults = this.#makeFaults();
  }

  /** What passed the line, the oldest first; of a long life the last 20,000 entries at least. */
  get transcript(): readonly TranscriptEntry[] {
    return this.#record.transcript;
  }

  /** What the host did that this module does not take. */
  get violations(): readonly Violation[] {
    return this.#record.violations;
  }

  /** Whether it has power, boots, runs, hangs. */
  get power(): ModemPower {
    return this.#power;
  }

  /** How the module stands, for people and tests. */
  state(): ModemState {
    const { target } = this.#session;
    return {
      profile: this.profile.name,
      power: this.#power,
      sim: this.sim.state,
      registered: this.#radio.registered,
      attached: this.#radio.attached,
      bearer: this.#radio.bearer,
      session: this.#session.state,
      broker: target === undefined ? undefined : `${target.host}:${target.port}`,
    };
  }

  /** Bytes from the host. A module that is off, boots or hangs does not hear them. */
  write(bytes: Buffer): void {
    this.#uart.receive(bytes);
  }

  /**
   * Bytes to the host; never called from within write().
   * @returns a function that ends the subscription
   */
  onOutput(listener: (bytes: Buffer) => void): () => void {
    return this.#uart.subscribe(listener);
  }

  /** Supply on, power key pressed. Without effect on a module that has power. */
  powerOn(): void {
    if (this.#power === 'off') this.#boot('powerKey', this.quirks.readyCount);
  }

  /** Supply cut. */
  powerOff(): void {
    this.#uart.clear();
    this.#goOff();
  }

  /** A low pulse on the RESET pin; too short a one does nothing. */
  pulseReset(ms: number): void {
    if (this.#power === 'off' || ms < this.profile.resetPulseMs) return;
    if (this.quirks.resetPin === 'reboot' || this.#options.powerKeyTied === true) {
      this.#boot('resetPin', this.quirks.readyCount);
    } else {
      this.powerOff();
    }
  }

  /** A low pulse on PWRKEY: switches on, or off when it is long enough; too short a one does nothing. */
  pulsePowerKey(ms: number): void {
    if (ms < this.profile.powerKeyPulseMs) return;
    if (this.#power === 'off') this.powerOn();
    else this.powerOff();
  }

  /** What was printed before still leaves the line: the good-bye of AT+CPOWD. */
  #goOff(): void {
    this.#loseEverything();
    this.#power = 'off';
  }

  /** At a restart by command what was printed before still leaves the line: the OK of AT+RESET. */
  #boot(cause: BootCause, readyCount: 0 | 1 | 2): void {
    if (cause !== 'software') this.#uart.clear();
    this.#loseEverything();
    this.#power = 'booting';
    this.#bootCause = cause;
    this.#settings = { ...this.#saved };
    const adaptive = this.#settings.baudRate === 0;
    this.#processor.reset(adaptive ? Math.max(1, this.quirks.trainingCommands) : 0);
    const { profile, quirks } = this;
    const ports = { printer: this.#printer, schedule: this.#schedule, timing: this.#timing, quirks, profile };
    boot({ ...ports, random: this.#options.random }, readyCount, () => this.#start());
  }

  /** The module listens; card and network follow. */
  #start(): void {
    this.#power = 'running';
    this.#bootedAt = this.#options.clock.now();
    this.sim.detected = true;
    this.sim.powerCycle();
    this.#radio.boot();
    this.#schedule.after(this.#timing.draw('simReady'), () => {
      this.#simSettled = true;
      for (const text of bootTexts(this.sim.state, this.profile)) this.#printer.urc(text);
    });
  }

  #loseEverything(): void {
    this.#schedule.clear();
    this.#uart.clearInput();
    this.#printer.clear();
    this.#session.powerDown();
    this.#radio.powerDown();
    this.#processor.reset(0);
    this.#ram = freshRam(this.quirks);
    this.#simSettled = false;
  }

  #halt(power: 'hung' | 'asleep'): void {
    if (this.#power === 'off') return;
    this.#schedule.clear();
    this.#power = power;
    this.#printer.enabled = false;
    this.#session.halfOpen(false);
  }

  #setCard(present: boolean): void {
    this.sim.present = present;
    this.sim.powerCycle();
    if (this.#power !== 'running') return;
    if (this.#settings.cardDetection) this.#printer.urc(present ? '+CPIN: READY 0' : '+CPIN: SIM REMOVED 0');
    if (!present) {
      this.sim.detected = this.quirks.simHotSwap;
      if (this.#radio.registered) this.#radio.lose('mode');
    } else {
      this.#radio.search(this.#timing.draw('bearerReturn'));
    }
  }

  #denyRegistration(on: boolean): void {
    if (this.#radio.denied === on) return;
    this.#radio.denied = on;
    if (this.#power !== 'running') return;
    if (!on) this.#radio.search(this.#timing.draw('bearerReturn'));
    else if (this.#radio.registered) this.#radio.lose('mode');
  }

  #setCoverage(there: boolean): void {
    this.#radio.coverage = there;
    if (this.#power !== 'running') return;
    if (there) this.#radio.search(this.#timing.draw('bearerReturn'));
    else if (this.#radio.registered) this.#radio.lose('mode');
  }

  #board(): Board {
    const self = (): this => this;
    return {
      profile: this.profile,
      quirks: this.quirks,
      clock: this.#options.clock,
      timing: this.#timing,
      identity: {
        imei: this.#options.imei ?? '866289037465624',
        iccid: this.#options.iccid ?? '89860321482057000001',
        firmware: this.#options.firmware ?? this.profile.firmware,
      },
      sim: this.sim,
      flash: this.flash,
      radio: this.#radio,
      rtc: this.#rtc,
      session: this.#session,
      record: this.#record,
      get settings() {
        return self().#settings;
      },
      get ram() {
        return self().#ram;
      },
      get bootedAt() {
        return self().#bootedAt;
      },
      get bootCause() {
        return bootCauses[self().#bootCause];
      },
      get simSettled() {
        return self().#simSettled;
      },
      saveSettings: () => void (this.#saved = { ...this.#settings }),
      restoreDefaults: () => void (this.#settings = { ...this.#factory, baudRate: this.#settings.baudRate }),
      restart: () => this.#boot('software', this.quirks.readyCount),
      shutDown: () => this.#goOff(),
      sleep: () => this.#halt('asleep'),
    };
  }

  #makeFaults(): Faults {
    return new Faults({
      rules: this.#rules,
      random: this.#options.random,
      closeConnection: () => this.#session.break(),
      halfOpen: (noticed) => this.#session.halfOpen(noticed),
      loseBearer: (spelling) => {
        if (this.#power === 'running') this.#radio.lose(spelling);
      },
      grantBearer: (granted) => {
        this.#radio.grantsBearer = granted;
        if (granted && this.#power === 'running') this.#radio.recover();
      },
      hang: () => this.#halt('hung'),
      reboot: (readyCount) => {
        if (this.#power !== 'off') this.#boot('crash', readyCount);
      },
      setCard: (present) => this.#setCard(present),
      setCoverage: (there) => this.#setCoverage(there),
      setSignal: (rssi) => void (this.#radio.signal = rssi),
      print: (bytes) => {
        if (this.#power !== 'off') this.#printer.raw(bytes.toString('latin1'));
      },
      storm: (linesPerSecond, ms) => urcStorm(this.#schedule, this.#printer, linesPerSecond, ms),
      setMuted: (on) => void (this.#uart.muted = on),
      holdOutput: (ms) => this.#uart.hold(ms),
      breakOff: () => void (this.#uart.breaksOff = true),
      setCut: (bytes) => void (this.#uart.cut = bytes),
      setGlued: (on) => void (this.#printer.glued = on),
      setEcho: (on) => void (this.#settings.echo = on),
      delayBearer: (ms) => void (this.#radio.bearerTakesMs = ms),
      denyRegistration: (on) => this.#denyRegistration(on),
      loseTime: (on) => {
        this.#radio.tellsTime = !on;
        if (on) this.#rtc.forget();
        else this.#rtc.correct();
      },
      setExtraDelay: (ms) => void (this.#processor.extraDelayMs = ms),
      setByteLoss: (probability) => void (this.#uart.lossProbability = probability),
      receive: (topic, payload) => this.#session.inject({ topic, payload, qos: 0, retain: false }),
      delayNextConnect: (ms) => void (this.#session.lateConnectMs = ms),
    });
  }
}
