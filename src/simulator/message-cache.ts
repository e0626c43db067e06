/** A received message as the module holds it: topic as bytes in latin1. */
export interface ReceivedMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

/** How many received messages the module keeps (AT manual, MQTTMSGGET). */
export const CACHE_SLOTS = 4;

/** The module's slots for received messages. Full, the newest overwrites the oldest. In RAM only. */
export class MessageCache {
  readonly #slots: ({ readonly message: ReceivedMessage; readonly order: number } | undefined)[] =
    new Array<undefined>(CACHE_SLOTS).fill(undefined);
  #order = 0;

  /** @returns the slot it went to, which is all that the notice tells */
  store(message: ReceivedMessage): number {
    const free = this.#slots.indexOf(undefined);
    const slot = free >= 0 ? free : this.#oldest();
    this.#slots[slot] = { message, order: this.#order++ };
    return slot;
  }

  /** Which slots hold an unread message. */
  valid(): readonly boolean[] {
    return this.#slots.map((slot) => slot !== undefined);
  }

  /** Hands the messages out, in the order of their slots, and frees the slots. */
  read(): readonly ReceivedMessage[] {
    const messages = this.#slots.flatMap((slot) => (slot === undefined ? [] : [slot.message]));
    this.#slots.fill(undefined);
    return messages;
  }

  #oldest(): number {
    const orders = this.#slots.map((slot) => slot?.order ?? -1);
    return orders.indexOf(Math.min(...orders));
  }
}
