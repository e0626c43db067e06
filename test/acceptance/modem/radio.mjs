/** The network side: registration, attach, and the bearer on it. */
export class Radio {
  on = true;
  attached = false;
  /** Opened by SAPBR. */
  bearer = false;
  /** The network's own default bearer. */
  bearerUp = true;
  /** AT+CEREG=1: changes of the registration are told. */
  tellsRegistration = false;
  /** The network refuses the registration. */
  denied = false;
  /** Searches for ever, until the radio was off and on: the vendor's guide has CFUN=0, 5 s, CFUN=1 for that. */
  stuck = false;

  #profile;
  #sim;
  #attachMs;
  #after;
  #say;
  #onLost;

  /** @param parts profile, sim, attachMs, after(ms, what), say(...lines), lost(): every connection is gone */
  constructor({ profile, sim, attachMs, after, say, lost }) {
    this.#profile = profile;
    this.#sim = sim;
    this.#attachMs = attachMs;
    this.#after = after;
    this.#say = say;
    this.#onLost = lost;
  }

  /** Whether TCP is possible. Where SAPBR is not needed, the default bearer is there with the attach. */
  get hasBearer() {
    return this.attached && this.bearerUp && (this.bearer || !this.#profile.sapbr.needed);
  }

  /** `<stat>` of +CEREG. */
  get registration() {
    if (this.attached) return 1;
    if (!this.on) return 0;
    return this.denied ? 3 : 2;
  }

  /** After a boot. */
  reset() {
    this.on = true;
    this.attached = false;
    this.bearer = false;
    this.bearerUp = true;
    this.tellsRegistration = false;
  }

  switch(on) {
    this.on = on;
    if (on) this.search();
    else {
      this.stuck = false;
      this.lose('+CGEV: ME DETACH');
    }
  }

  /** Finds the network after a while, if there is one that takes it. */
  search() {
    this.#after(this.#attachMs, () => this.attach());
  }

  /** @param quietly nothing is printed, as at an adaptive rate before the first AT */
  attach({ quietly = false } = {}) {
    if (!this.on || !this.#sim.ready || this.stuck || this.denied) return this.#tellRegistration();
    this.attached = true;
    this.bearerUp = true;
    this.#tellRegistration();
    if (!quietly) this.#say('^MODE: 17,17', '+E_UTRAN Service', this.#profile.active, this.#profile.nitz);
  }

  /** The network is gone, and the bearer with it. */
  lose(...urcs) {
    this.attached = false;
    this.loseBearer(...urcs);
    this.#tellRegistration();
  }

  /** The bearer and every connection on it are gone; no CLOSED is printed. */
  loseBearer(...urcs) {
    this.bearer = false;
    this.bearerUp = false;
    this.#onLost();
    this.#say(...urcs);
  }

  #tellRegistration() {
    if (this.tellsRegistration) this.#say(`+CEREG: ${this.registration}`);
  }
}
