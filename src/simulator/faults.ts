import type { FaultRules } from './fault-rules.js';
import type { DeactSpelling } from './spellings.js';

/** What the faults reach inside the module. */
export interface FaultPorts {
  readonly rules: FaultRules;
  closeConnection(): void;
  halfOpen(noticed: boolean): void;
  loseBearer(spelling: DeactSpelling): void;
  grantBearer(granted: boolean): void;
  hang(): void;
  reboot(readyCount: 0 | 1 | 2): void;
  setCard(present: boolean): void;
  setCoverage(there: boolean): void;
  setSignal(rssi: number): void;
  print(bytes: Buffer): void;
  random(): number;
  storm(linesPerSecond: number, ms: number): void;
  setMuted(on: boolean): void;
  holdOutput(ms: number): void;
  breakOff(): void;
  setCut(bytes: number): void;
  setGlued(on: boolean): void;
  setEcho(on: boolean): void;
  delayBearer(ms: number): void;
  denyRegistration(on: boolean): void;
  loseTime(on: boolean): void;
  setExtraDelay(ms: number): void;
  setByteLoss(probability: number): void;
  receive(topic: string, payload: Buffer): void;
  delayNextConnect(ms: number): void;
}

/** Everything that goes wrong on demand. Each acts at once, or is armed for the next use of a command. */
export class Faults {
  readonly #ports: FaultPorts;

  constructor(ports: FaultPorts) {
    this.#ports = ports;
  }

  /** The server or the network closed the TCP connection: `CLOSED`. */
  closed(): void {
    this.#ports.closeConnection();
  }

  /** The connection broke, and the module tells why: `TCP ERROR:<n>` (12 timeout, 14 reset), then `CLOSED`. */
  tcpError(number: number): void {
    this.#ports.print(Buffer.from(`\r\nTCP ERROR:${number}\r\n`));
    this.#ports.closeConnection();
  }

  /**
   * The connection is dead and nobody says so.
   * @param noticed true: MQTTSTATU answers 0; false: the module too believes in it until its pings fail
   */
  halfOpen(noticed = true): void {
    this.#ports.halfOpen(noticed);
  }

  /** The network took the data bearer away; it gives it back by itself after a while, unless refuseBearer() stands. */
  deact(spelling: DeactSpelling): void {
    this.#ports.loseBearer(spelling);
  }

  /** The network grants no data bearer (true) or grants them again (false). A running one stays. */
  refuseBearer(on = true): void {
    this.#ports.grantBearer(!on);
  }

  /** An opened bearer stays `connecting` (SAPBR state 0) for so long, until set to 0. */
  slowBearer(ms: number): void {
    this.#ports.delayBearer(ms);
  }

  /** The network denies the registration (CEREG 3, CGATT 0), or takes the card again. */
  denyRegistration(on = true): void {
    this.#ports.denyRegistration(on);
  }

  /** The module's clock is decades behind and the network does not tell the time: no certificate is valid. */
  loseTime(on = true): void {
    this.#ports.loseTime(on);
  }

  /** Silent until the RESET pin, the power key or the supply; its connection is half-open. */
  hang(): void {
    this.#ports.hang();
  }

  /** The module restarts by itself and says RDY so many times, 740 ms apart. Everything in it is gone. */
  reboot(readyCount: 0 | 1 | 2 = 1): void {
    this.#ports.reboot(readyCount);
  }

  /** The card is pulled. */
  simOut(): void {
    this.#ports.setCard(false);
  }

  /** The card is put back; without hot swap the module sees it when it boots. */
  simIn(): void {
    this.#ports.setCard(true);
  }

  /** No network any more: CGATT 0, until attach(). */
  detach(): void {
    this.#ports.setCoverage(false);
  }

  /** The network is there again. */
  attach(): void {
    this.#ports.setCoverage(true);
  }

  /**
   * Another signal strength.
   * @param rssi of AT+CSQ, 0-31
   */
  signal(rssi: number): void {
    this.#ports.setSignal(rssi);
  }

  /** `count` random bytes on the line. */
  garbage(count: number): void {
    this.#ports.print(
      Buffer.from(Array.from({ length: count }, () => Math.floor(this.#ports.random() * 256))),
    );
  }

  /**
   * These characters on the line, as they are: half a URC, a prompt that nobody asked for, a line that nobody knows.
   * @param text latin1
   */
  print(text: string): void {
    this.#ports.print(Buffer.from(text, 'latin1'));
  }

  /** So many URCs a second for so long, none of which means anything. */
  storm(linesPerSecond = 1_000, ms = 2_000): void {
    this.#ports.storm(linesPerSecond, ms);
  }

  /** The next output breaks off in its middle. */
  breakOff(): void {
    this.#ports.breakOff();
  }

  /** Output comes in pieces of so many bytes, until set to 0. */
  splitOutput(bytes: number): void {
    this.#ports.setCut(bytes);
  }

  /** Everything comes without its opening CRLF, glued to what was printed before (Air780E logs), or no longer. */
  glueOutput(on = true): void {
    this.#ports.setGlued(on);
  }

  /** Commands are echoed again, as after every boot that AT&W did not prepare for. */
  echo(on = true): void {
    this.#ports.setEcho(on);
  }

  /**
   * Nothing leaves the module for `ms`; then everything comes at once, in order: a command that the host gave up is
   * answered late, perhaps while the next one runs. The module itself is not held up.
   */
  holdOutput(ms: number): void {
    this.#ports.holdOutput(ms);
  }

  /** Output is thrown away (true); commands are still executed. */
  mute(on = true): void {
    this.#ports.setMuted(on);
  }

  /** Every answer comes `ms` later, until set to 0. */
  delayAnswers(ms: number): void {
    this.#ports.setExtraDelay(ms);
  }

  /**
   * Bytes of output are lost.
   * @param probability of each byte of output to be lost
   */
  byteLoss(probability: number): void {
    this.#ports.setByteLoss(probability);
  }

  /** The next `times` uses of the command are refused: `ERROR` or `+CME ERROR: <n>`. */
  failNext(command: string, final = 'ERROR', times = 1): void {
    this.#ports.rules.arm(command, { kind: 'refuse', final }, times);
  }

  /** OK, and later ERROR instead of the outcome; nothing was done. */
  errorAfterOk(command: string, times = 1): void {
    this.#ports.rules.arm(command, { kind: 'errorAfterOk' }, times);
  }

  /** The command waits for its data, and its prompt does not arrive. */
  losePrompt(command: string, times = 1): void {
    this.#ports.rules.arm(command, { kind: 'losePrompt' }, times);
  }

  /** Executed, but information and final result do not arrive. */
  loseAnswer(command: string, times = 1): void {
    this.#ports.rules.arm(command, { kind: 'loseAnswer' }, times);
  }

  /** Executed and acknowledged, but CONNECT OK, CONNACK OK, SUBACK, PUBACK … do not arrive. */
  loseOutcome(command: string, times = 1): void {
    this.#ports.rules.arm(command, { kind: 'loseOutcome' }, times);
  }

  /** Five messages at once: in cache mode the fifth overwrites the oldest of the four slots. */
  overwriteCache(topic = 'overwritten'): void {
    for (let index = 1; index <= 5; index += 1) this.#ports.receive(topic, Buffer.from(`message ${index}`));
  }

  /** The next CONNECT OK comes `ms` too late, whatever happened in between. */
  lateConnectOk(ms: number): void {
    this.#ports.delayNextConnect(ms);
  }

  /** Takes back what is armed for the next uses of commands. */
  disarm(): void {
    this.#ports.rules.clear();
  }

  /** Takes back everything that lasts or is armed: rules, muting, delays, losses, cutting, refusals of the network. */
  clear(): void {
    this.disarm();
    this.splitOutput(0);
    this.glueOutput(false);
    this.slowBearer(0);
    this.denyRegistration(false);
    this.loseTime(false);
    this.mute(false);
    this.delayAnswers(0);
    this.byteLoss(0);
    this.refuseBearer(false);
  }
}
