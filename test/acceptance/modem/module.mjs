import { commands } from './commands/index.mjs';
import { Flash } from './flash.mjs';
import { Inbox } from './inbox.mjs';
import { ModuleClock } from './module-clock.mjs';
import { Radio } from './radio.mjs';
import { Session } from './session.mjs';
import { SimCard } from './sim-card.mjs';
import { TlsSettings } from './tls-settings.mjs';

const CR = 0x0d;
const LF = 0x0a;
/** A command line that gets no CR for this long was never ended. */
const UNENDED_MS = 1_000;
/** Bytes of a payload follow each other closely; an `AT` after this pause is a command sent into a prompt. */
const PAYLOAD_PAUSE_MS = 1_000;

const FINAL = /^(OK|ERROR|TimeOut|\+CME ERROR: \d+)$/;
/** What is answered while the radio is off; everything else is +CME ERROR: 797 (AT manual, CME_ERROR). */
const WITHOUT_RADIO = /^AT($|E|I$|\+CFUN|\+RESET|\+CMEE|\+CGMR|\+CGSN|\+CPIN)/;

/** The module: its command line, and the parts that the commands work on. Faults are done to it from outside. */
export class Module {
  hung = false;
  flash = new Flash();
  tls = new TlsSettings();
  clock = new ModuleClock();
  /** Whether the payload after a prompt is echoed, whatever ATE says (Air724 before V301847). */
  echoesData = false;
  /** Scripted answers: { command, times, final, outcome, mute, lateMs }, the first that fits is used. */
  rules = [];

  #terminal;
  #judge;
  #options;
  #boots = 0;
  #deaf = false;
  #line = [];
  #unended;
  #data;
  #muted = [];

  constructor({ terminal, judge, profile, options }) {
    this.#terminal = terminal;
    this.#judge = judge;
    this.profile = profile;
    this.#options = options;
    /** Some builds answer ERROR to MCONNECT without its third argument (Air780E LPAT before V1156). */
    this.wantsMode = options.threeArgumentConnect;
    this.sim = new SimCard(options.sim);
    this.radio = new Radio({
      profile,
      sim: this.sim,
      attachMs: options.attachMs,
      after: (ms, what) => this.after(ms, what),
      say: (...lines) => this.say(...lines),
      lost: () => this.session.state !== 'none' && this.session.drop('dead'),
    });
    this.session = new Session({
      tcpUp: () => this.outcome('CONNECT OK', () => judge.connectOkLeaves()),
      tcpFailed: () => this.after(options.latencyMs, () => this.say('STATE: IP STATUS', 'CONNECT FAIL')),
      tcpLost: () => this.outcome('CLOSED'),
      accepted: () => this.outcome('CONNACK OK'),
      refused: () => this.outcome(profile.refused),
      acknowledged: (type) => this.outcome(type),
      message: (packet) => this.#received(packet),
    });
    this.#wipe();
    this.radio.attach({ quietly: true });
    terminal.onBytes((bytes) => this.#receive(bytes));
  }

  /** Prints lines of its own accord. */
  say(...lines) {
    for (const line of lines) {
      // The network's word on the time, which sets the clock as well.
      if (line.startsWith('+NITZ: ')) this.clock.set(line.slice(7));
      this.#print(line);
    }
  }

  /** The second answer of a command: later than its OK, unless a rule keeps it back. */
  outcome(line, written) {
    const muted = this.#muted.indexOf(line);
    if (muted >= 0) this.#muted.splice(muted, 1);
    else this.after(this.#options.latencyMs, () => this.#print(line, written));
  }

  /** Information lines, then the final result, then outcomes if there are any. */
  answer(lines) {
    this.after(this.#options.latencyMs, () => {
      const final = lines.findIndex((line) => FINAL.test(line));
      lines.forEach((line, at) => {
        this.#print(line);
        if (at === final) this.#judge.final(line);
      });
    });
  }

  /** Does it later, unless the module starts anew before. */
  after(ms, what) {
    const boot = this.#boots;
    setTimeout(() => {
      if (boot === this.#boots) what();
    }, ms);
  }

  /** Asks for exactly so many bytes, which are not echoed; `late` is called when they stay out for `limitMs`. */
  takeData(length, { done, limitMs, late }) {
    this.after(this.#options.latencyMs, () => {
      const data = { length, done, bytes: [], at: this.#judge.now };
      this.#data = data;
      if (limitMs !== undefined) {
        this.after(limitMs, () => {
          if (this.#data !== data) return;
          this.#data = undefined;
          late();
        });
      }
      this.#judge.note('<', this.profile.prompt);
      this.#terminal.send(Buffer.from(`\r\n${this.profile.prompt}`));
    });
  }

  /** AT+RESET: OK, then a boot. */
  restart() {
    this.answer(['OK']);
    this.after(this.#options.latencyMs + 20, () => this.boot(this.#options.rdy));
  }

  /** AT+CFUN: off, the network is left; on, it is found again. */
  switchRadio(on) {
    this.answer(['OK']);
    this.radio.switch(on);
  }

  /** A card is put in. */
  insertSim(card) {
    this.sim.insert(card);
    this.radio.search();
  }

  /** The cable is pulled, and the supply with it. */
  unplug() {
    this.#wipe();
    this.#judge.rebooted();
    this.#terminal.unplug();
  }

  plug() {
    this.#terminal.plug();
    this.boot(this.#options.rdy);
  }

  /**
   * Everything in the module is gone, the echo is back. With `rdy` 0 nothing is printed at all, as at an adaptive rate
   * before the first AT; a command sent before the last RDY is lost.
   */
  boot(rdy) {
    this.hung = false;
    this.#wipe();
    this.#deaf = true;
    this.#judge.rebooted({ silently: rdy === 0 });
    this.#judge.note('#', `boot, RDY ${rdy} times`);
    const { bootMs, rdyGapMs, attachMs } = this.#options;
    this.after(bootMs, () => {
      if (rdy > 0) this.#terminal.send(this.profile.banner);
      for (let n = 0; n < rdy; n += 1) this.after(n * rdyGapMs, () => this.say('RDY'));
      this.after(Math.max(0, rdy - 1) * rdyGapMs, () => {
        this.#deaf = false;
        this.after(attachMs, () => this.radio.attach({ quietly: rdy === 0 }));
      });
    });
  }

  #wipe() {
    this.#boots += 1;
    this.echo = this.#options.echo;
    this.hex = false;
    this.inbox = new Inbox(this.profile.cachedAfterBoot);
    this.login = undefined;
    this.tls.reset();
    this.clock.reset();
    this.sim.powerUp();
    this.radio.reset();
    if (this.#options.simBusyMs > 0) {
      this.sim.busy = true;
      this.after(this.#options.simBusyMs, () => {
        this.sim.busy = false;
        this.radio.search();
      });
    }
    this.session.drop('none');
    this.#line = [];
    this.#data = undefined;
    this.#muted = [];
    clearTimeout(this.#unended);
  }

  #print(line, written) {
    if (this.hung) return;
    this.#judge.said(line);
    this.#terminal.send(Buffer.from(`\r\n${line}\r\n`, 'latin1'), written);
  }

  /** A message arrived: printed at once or kept, as MQTTMSGSET says, in the firmware's spelling. */
  #received({ topic, payload }) {
    const name = Buffer.from(topic).toString('latin1');
    const shown = this.hex ? payload.toString('hex').toUpperCase() : payload.toString('latin1');
    const rest = `,${payload.length} byte,${shown}`;
    if (!this.inbox.cached) return this.say(`+MSUB: "${name}"${rest}`);
    this.say(
      this.inbox.keep(
        `${this.#options.cachedSpelling ?? this.profile.cachedSpelling}${rest}`.replace('T', () => name),
      ),
    );
  }

  #receive(bytes) {
    if (this.hung || this.#deaf) return this.#judge.note('>', `(unheard) ${bytes.toString('latin1')}`);
    let rest = bytes;
    while (rest.length > 0) rest = this.#data ? this.#takePayload(rest) : this.#takeCommand(rest);
  }

  #takePayload(bytes) {
    const data = this.#data;
    const paused = this.#judge.now - data.at > PAYLOAD_PAUSE_MS;
    if (paused && /^AT(\r|\+|I|E)/.test(bytes.toString('latin1'))) {
      this.#judge.violation('a command into an open data prompt');
    }
    const part = bytes.subarray(0, data.length);
    if (this.echoesData) this.#terminal.send(Buffer.from(part));
    data.at = this.#judge.now;
    data.bytes.push(part);
    data.length -= part.length;
    if (data.length === 0) {
      this.#data = undefined;
      const payload = Buffer.concat(data.bytes);
      this.#judge.note('>', `(${payload.length} bytes of payload)`);
      data.done(payload);
    }
    return bytes.subarray(part.length);
  }

  /** Up to and with the next CR. */
  #takeCommand(bytes) {
    const end = bytes.indexOf(CR);
    const part = end < 0 ? bytes : bytes.subarray(0, end + 1);
    if (this.echo) this.#terminal.send(part);
    const text = (end < 0 ? part : part.subarray(0, -1)).filter((byte) => byte !== LF);
    if (part.includes(LF)) this.#judge.violation('LF in a command: it ends with CR alone');
    if (this.#line.length === 0 && text.length > 0) this.#judge.commandBegins();
    this.#line.push(...text);
    clearTimeout(this.#unended);
    if (end >= 0) {
      const line = Buffer.from(this.#line.splice(0)).toString('latin1');
      if (line !== '') this.#run(line);
    } else if (this.#line.length > 0) {
      this.#unended = setTimeout(() => this.#judge.violation('a command without CR'), UNENDED_MS);
    }
    return bytes.subarray(part.length);
  }

  #run(line) {
    if (!/^AT/.test(line)) return this.#judge.violation(`no command: ${line}`);
    this.#judge.command(line);
    const rule = this.rules.find(({ command, times }) => times > 0 && line.startsWith(command));
    if (rule) {
      rule.times -= 1;
      if (rule.final === null) return;
      if (rule.final !== undefined) return this.#follow(rule);
      this.#muted.push(...(rule.mute ?? []));
    }
    this.after(rule?.lateMs ?? 0, () => {
      if (rule?.lateMs > 0) this.#judge.note('#', `late: ${line}`);
      this.#execute(line);
    });
  }

  #execute(line) {
    if (!this.radio.on && !WITHOUT_RADIO.test(line)) return this.answer(['+CME ERROR: 797']);
    for (const [pattern, handler] of commands) {
      const match = pattern.exec(line);
      if (!match) continue;
      const lines = handler(this, match);
      if (lines) this.answer(lines);
      return;
    }
    this.answer(['ERROR']);
  }

  /** Says what a rule says, and does nothing. */
  #follow({ final, outcome = [] }) {
    this.answer([final]);
    for (const line of outcome) this.outcome(line);
  }
}
