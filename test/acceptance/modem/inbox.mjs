/** Received messages: printed at once, or kept in four slots of which the newest takes the oldest's place. */
export class Inbox {
  #slots = [];
  #next = 0;

  /** @param {boolean} cached whether messages are kept until MQTTMSGGET */
  constructor(cached) {
    this.cached = cached;
  }

  /** What is printed for a message: the message itself, or the slot it went to. */
  receive(line) {
    if (!this.cached) return line;
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
