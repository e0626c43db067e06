const TRIES = 3;

/** The card: what AT+CPIN? says of it, and what entering a PIN does; three wrong ones block it (AT manual, CPIN). */
export class SimCard {
  present = true;
  /** Not ready to be asked yet: +CME ERROR: 14, wait. */
  busy = false;
  #pin;
  #tries = TRIES;
  #locked = false;

  /** @param {{pin?: string, blocked?: boolean}} card blocked: its three tries are spent, it wants its PUK */
  constructor(card = {}) {
    this.insert(card);
  }

  /** The same card again, or another one if that is described. */
  insert({ pin = this.#pin, blocked }) {
    this.present = true;
    this.#pin = pin;
    if (blocked !== undefined) this.#tries = blocked ? 0 : TRIES;
    this.powerUp();
  }

  /** What is printed of its own accord. */
  get urc() {
    return `+CPIN: ${this.#code}`;
  }

  get ready() {
    return this.present && !this.busy && !this.#locked;
  }

  /** A card that has been without power asks for its PIN again. */
  powerUp() {
    this.#locked = this.#pin !== undefined || this.#tries === 0;
  }

  /** The answer to AT+CPIN?. */
  answer() {
    if (!this.present) return ['+CME ERROR: 10'];
    if (this.busy) return ['+CME ERROR: 14'];
    return [`+CPIN: ${this.#code}`, 'OK'];
  }

  /** The answer to AT+CPIN="…". */
  enterPin(pin) {
    if (!this.present) return ['+CME ERROR: 10'];
    if (this.busy) return ['+CME ERROR: 14'];
    if (!this.#locked) return ['+CME ERROR: 3'];
    if (this.#tries === 0) return ['+CME ERROR: 12'];
    if (pin !== this.#pin) {
      this.#tries -= 1;
      return [this.#tries === 0 ? '+CME ERROR: 12' : '+CME ERROR: 16'];
    }
    this.#tries = TRIES;
    this.#locked = false;
    return ['+CPIN: READY', 'OK'];
  }

  get #code() {
    if (!this.#locked) return 'READY';
    return this.#tries === 0 ? 'SIM PUK' : 'SIM PIN';
  }
}
