/** The cache for received messages: four slots, of which the newest message takes the oldest's place without a word. */
export class Inbox {
  #slots = [];
  #next = 0;

  /** @param {boolean} cached whether messages are kept until MQTTMSGGET */
  constructor(cached) {
    this.cached = cached;
  }

  /** @returns the notice: the slot that the message went to */
  keep(line) {
    const slot = this.#next;
    this.#next = (slot + 1) % 4;
    this.#slots[slot] = line;
    return `+MSUB: ${slot}`;
  }

  valid() {
    return [0, 1, 2, 3].map((slot) => this.#slots[slot] !== undefined);
  }

  take() {
    this.#next = 0;
    return this.#slots.splice(0).filter((line) => line !== undefined);
  }
}
