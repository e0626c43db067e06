/** A host may speak over a command that got no final result in this time: it has given it up. */
const GIVEN_UP_MS = 1_000;
/** What was on its way to the modem when the modem announced a loss is no fault of the host. */
const CROSSING_MS = 250;

const LOSS_OF_BEARER = /^(\+SAPBR 1: DEACT|\+PDP:? DEACT|\+CGEV: (NW|ME) PDN DEACT|\+CGEV: ME DETACH)/;

/**
 * Writes down everything that passes, and every breach of the vendor's rules by the host. It judges by what the host
 * was told, never by what only the modem knows.
 */
export class Judge {
  log = [];
  violations = [];
  /** Called with everything that passes: direction and text. */
  onLine = () => undefined;
  #onViolation;
  #mconnectWithinMs;
  #open;
  #spokenOver;
  #connectedAt;
  #session = false;
  #sessionEndedAt = -Infinity;
  #awaited;
  #needsMipclose;
  #needsBearerClosed = false;
  #radioOff = false;
  #refusedPin = false;
  #refusedTls = new Set();
  #checksSet = false;

  /**
   * @param options mconnectWithinMs: brokers drop a connection that sends no CONNECT, so MCONNECT goes out at once after
   *   CONNECT OK; onViolation: told of every breach as it is found
   */
  constructor({ mconnectWithinMs, onViolation }) {
    this.#mconnectWithinMs = mconnectWithinMs;
    this.#onViolation = onViolation;
  }

  /** Milliseconds of a clock that only goes forward. */
  get now() {
    return performance.now();
  }

  note(direction, text) {
    this.log.push({ t: Math.round(this.now * 10) / 10, direction, text });
    this.onLine(direction, text);
  }

  violation(what) {
    this.violations.push({ t: Math.round(this.now * 10) / 10, what });
    this.note('!', what);
    this.#onViolation(what);
  }

  /** The first byte of a command line. */
  commandBegins() {
    const { line, at } = this.#open ?? {};
    this.#spokenOver = line !== undefined && this.now - at < GIVEN_UP_MS ? line : undefined;
    this.#open = undefined;
  }

  command(line) {
    this.note('>', line);
    const now = this.now;
    // AT is repeated until it is answered: the vendor's way to find out whether the module is there.
    if (this.#spokenOver !== undefined && !(this.#spokenOver === 'AT' && line === 'AT')) {
      this.violation(`a command before the final result of ${this.#spokenOver}`);
    }
    this.#spokenOver = undefined;
    this.#open = { line, at: now };
    this.#mconnectIsNext(line, now);
    this.#judgeSecurity(line);
    if (line.startsWith('AT+CPIN="') && this.#refusedPin) this.violation('a PIN after one that was refused');
    if (/^AT\+(MCONFIG|MIPSTART|SSLMIPSTART)\b/.test(line) && this.#needsMipclose !== undefined) {
      this.violation(`${line} after ${this.#needsMipclose} without MIPCLOSE between`);
    }
    if (line === 'AT+SAPBR=0,1') {
      if (this.#needsBearerClosed && this.#needsMipclose) this.violation(`${line} before MIPCLOSE`);
      this.#needsBearerClosed = false;
    }
    if (line === 'AT+SAPBR=1,1' && this.#needsBearerClosed) {
      this.violation(`${line} after a lost bearer without SAPBR=0,1 between`);
    }
    if (/^AT\+(MPUB|MPUBEX|MSUB|MUNSUB)=/.test(line)) {
      if (!this.#session && now - this.#sessionEndedAt > CROSSING_MS)
        this.violation(`${line} outside a session`);
      if (this.#session && this.#awaited) this.violation(`${line} while ${this.#awaited} is outstanding`);
      this.#awaited = outcomeOf(line);
    }
    if (line === 'AT+MIPCLOSE') this.#needsMipclose = undefined;
    if (/^AT\+(MIPCLOSE|MDISCONNECT)$/.test(line)) this.#endSession(now);
    if (/^AT\+CFUN=[04]/.test(line)) {
      this.#radioOff = true;
      this.#needsBearerClosed = false;
      this.#endSession(now);
    }
    if (/^AT\+CFUN=1/.test(line)) this.#radioOff = false;
  }

  /** @param result the final result of the open command */
  final(result) {
    const { line = '' } = this.#open ?? {};
    this.#open = undefined;
    if (line.startsWith('AT+CPIN="')) this.#refusedPin = result !== 'OK';
    const setting = /^AT\+SSLCFG="(\w+)",88,./.exec(line)?.[1];
    if (setting === undefined) return;
    if (result !== 'OK') this.#refusedTls.add(setting);
    else this.#refusedTls.delete(setting);
    if (setting === 'seclevel') this.#checksSet = result === 'OK';
  }

  /** Another card, or the same one put in anew: three tries again, for all the host knows. */
  simChanged() {
    this.#refusedPin = false;
  }

  /** A line is on its way to the host. */
  said(text) {
    this.note('<', text);
    if (text === 'CONNACK OK') this.#session = true;
    if (text === this.#awaited || /^(\+CME )?ERROR/.test(text)) this.#awaited = undefined;
    if (text === 'CLOSED') this.#lost(text);
    if (LOSS_OF_BEARER.test(text) && !this.#radioOff) {
      this.#lost(text);
      this.#needsBearerClosed = true;
    }
    if (text === 'RDY') this.rebooted();
  }

  /** The last byte of CONNECT OK goes out now. */
  connectOkLeaves() {
    if (this.#needsMipclose === undefined) this.#connectedAt = this.now;
  }

  /** The module starts anew. A host that was not told may go on in good faith. */
  rebooted({ silently = false } = {}) {
    this.#open = undefined;
    this.#connectedAt = undefined;
    this.#awaited = undefined;
    this.#needsMipclose = undefined;
    this.#needsBearerClosed = false;
    this.#radioOff = false;
    // A host that asks finds out; one that does not ask connects without checking anybody.
    this.#checksSet = false;
    this.#refusedTls.clear();
    if (!silently) this.#endSession(this.now);
  }

  /** A connection whose settings are not all in place checks nobody, and nobody is told. */
  #judgeSecurity(line) {
    const context = /^AT\+SSLCFG="\w+",(\d+)/.exec(line)?.[1];
    if (context !== undefined && context !== '88') this.violation(`${line}: the context of MQTT is 88`);
    if (!line.startsWith('AT+SSLMIPSTART=')) return;
    if (!this.#checksSet) this.violation(`${line} before it was said who is checked`);
    if (this.#refusedTls.size > 0)
      this.violation(`${line} after ${[...this.#refusedTls].join()} was refused`);
  }

  #mconnectIsNext(line, now) {
    if (this.#connectedAt === undefined) return;
    const waited = now - this.#connectedAt;
    this.#connectedAt = undefined;
    if (!line.startsWith('AT+MCONNECT=')) this.violation(`${line} after CONNECT OK, where MCONNECT is next`);
    else if (waited > this.#mconnectWithinMs)
      this.violation(`MCONNECT ${Math.round(waited)} ms after CONNECT OK`);
  }

  #lost(text) {
    this.#needsMipclose = text;
    this.#connectedAt = undefined;
    this.#endSession(this.now);
  }

  #endSession(now) {
    if (this.#session) this.#sessionEndedAt = now;
    this.#session = false;
    this.#awaited = undefined;
  }
}

/** The line that ends a command after its OK; acknowledgements carry no id, so only one may be outstanding. */
function outcomeOf(line) {
  if (line.startsWith('AT+MSUB=')) return 'SUBACK';
  if (line.startsWith('AT+MUNSUB=')) return 'UNSUBACK';
  return { 1: 'PUBACK', 2: 'PUBCOMP' }[/^AT\+MPUB(?:EX)?="?[^"]*"?,(\d)/.exec(line)?.[1]];
}
