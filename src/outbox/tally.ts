import type { Amount } from './bounds.js';
import { keyOf } from './keys.js';
import type { Waiting } from './queue.js';
import { decodeJson, encodeJson } from './record.js';
import type { Change, StoredRecord } from './store.js';

/** So many messages that no record tells of are left for an opening to count. */
const STEP = 1_000;

/** Messages, and how many of them have a key or a lifetime of their own, which memory has to know. */
interface Sum extends Amount {
  readonly extras: number;
}

/** What the record tells of: all messages up to a sequence. */
export interface Told extends Sum {
  readonly through: number;
}

/** What is counted of a message. */
export type Countable = Pick<Waiting, 'sequence' | 'size' | 'key' | 'expiresAt'>;

const nothing: Sum = { size: 0, bytes: 0, extras: 0 };
const untold: Told = { ...nothing, through: -1 };

/**
 * How many messages the store holds, so that an opening need not read them all to know. A record tells it as far as some
 * sequence; it is written anew for every thousand messages that came, and together with each removal of one that it
 * counts:
 *
 *   message … message │ message … message
 *          told       │       since
 */
export class Tally {
  #told: Told = untold;
  #since: Sum = nothing;
  /** Whether the sums are right. */
  #known = true;

  /** Begins with what an opening found: the record, if it is used, and nothing after it. */
  begin(told: Told = untold): void {
    this.#told = told;
    this.#since = nothing;
    this.#known = true;
  }

  /** The newest message is in the store. @returns how the record changes, if it does */
  added(message: Countable): readonly Change[] {
    this.#since = plus(this.#since, message, 1);
    if (!this.#known || this.#since.size < STEP) return [];
    const { size, bytes, extras } = this.#told;
    this.#told = {
      size: size + this.#since.size,
      bytes: bytes + this.#since.bytes,
      extras: extras + this.#since.extras,
      through: message.sequence,
    };
    this.#since = nothing;
    return this.#record();
  }

  /** A message leaves the store. @returns how the record changes, if it does: in the same write */
  removed(message: Countable): readonly Change[] {
    if (message.sequence > this.#told.through) {
      this.#since = plus(this.#since, message, -1);
      return [];
    }
    this.#told = { ...plus(this.#told, message, -1), through: this.#told.through };
    return this.#record();
  }

  /** A record turned out to be damaged, and its size is not known: the next opening counts. */
  spoil(): readonly Change[] {
    this.#told = untold;
    this.#known = false;
    return this.#record();
  }

  #record(): readonly Change[] {
    const key = keyOf('tally', 0);
    // Where all that it counts are gone, sequences may begin anew.
    if (this.#told.size <= 0) {
      this.#told = untold;
      return [{ type: 'del', key }];
    }
    return [{ type: 'put', key, value: encodeJson(0, this.#told) }];
  }
}

/** @returns undefined for a record that is damaged */
export function toldBy([, value]: StoredRecord): Told | undefined {
  return decodeJson(0, value) as Told | undefined;
}

function plus(sum: Sum, { size, key, expiresAt }: Countable, count: 1 | -1): Sum {
  const isPlain = key === undefined && expiresAt === undefined;
  return {
    size: sum.size + count,
    bytes: sum.bytes + count * size,
    extras: isPlain ? sum.extras : sum.extras + count,
  };
}
