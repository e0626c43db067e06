/** The SIM card. Its tries are counted in the card: they outlive every reboot of the module. */
export interface SimOptions {
  readonly present?: boolean;
  /** Asked for after every power-up when set. */
  readonly pin?: string;
  readonly puk?: string;
}

const PIN_TRIES = 3;
const PUK_TRIES = 10;

/** What the card lets the module do; `dead`: its PUK was refused too often. */
export type SimState = 'absent' | 'ready' | 'pin' | 'puk' | 'dead';

export class SimCard {
  present: boolean;
  /** The module sees a card that is there; without hot swap not again before its next boot. */
  detected = true;
  #pin: string | undefined;
  readonly #puk: string;
  #verified = false;
  pinTries = PIN_TRIES;
  pukTries = PUK_TRIES;

  constructor(options: SimOptions = {}) {
    this.present = options.present ?? true;
    this.#pin = options.pin;
    this.#puk = options.puk ?? '12345678';
  }

  get state(): SimState {
    if (!this.present || !this.detected) return 'absent';
    if (this.pukTries === 0) return 'dead';
    if (this.pinTries === 0) return 'puk';
    return this.#pin === undefined || this.#verified ? 'ready' : 'pin';
  }

  /** Whether a PIN is asked for after power-up. */
  get locked(): boolean {
    return this.#pin !== undefined;
  }

  /** @returns whether it was right; a wrong one costs a try */
  enterPin(pin: string): boolean {
    if (this.#pin !== undefined && this.pinTries > 0 && pin === this.#pin) {
      this.#verified = true;
      this.pinTries = PIN_TRIES;
      return true;
    }
    this.pinTries = Math.max(0, this.pinTries - 1);
    return false;
  }

  /** @returns whether the PUK was right; then `pin` is the new PIN and verified */
  unblock(puk: string, pin: string): boolean {
    if (puk !== this.#puk) {
      this.pukTries = Math.max(0, this.pukTries - 1);
      return false;
    }
    this.#pin = pin;
    this.#verified = true;
    this.pinTries = PIN_TRIES;
    this.pukTries = PUK_TRIES;
    return true;
  }

  /** Turns the PIN on or off (AT+CLCK="SC"). */
  lock(on: boolean, pin: string): boolean {
    if (!on && !this.enterPin(pin)) return false;
    this.#pin = on ? pin : undefined;
    this.#verified = true;
    return true;
  }

  /** The card lost its power: the PIN must be entered again. */
  powerCycle(): void {
    this.#verified = false;
  }
}
