import type { Journal, RecordReader } from './journal.js';
import { keyOf, rangeOf, sequenceOf } from './keys.js';
import { untried, type Attempts, type Entry, type OutgoingMessage } from './message.js';
import { decodeMessage, encodeMessage, type Death } from './record.js';

/** A message that was given up, kept for a person to look at. */
export interface DeadLetter {
  readonly id: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** A code of LinkError: `PUBLISH_FAILED`, `PAYLOAD_TOO_LARGE`; `OUTBOX_FAILED` for a damaged record. */
  readonly code: string;
  readonly reason: string;
  /** When it was accepted, and when it was given up: ISO 8601. */
  readonly acceptedAt: string;
  readonly givenUpAt: string;
  /** How often it was handed to the module, and whether the broker may have got it. */
  readonly handedOver: number;
  readonly maybeSent: boolean;
}

export interface DeadLettersParts {
  readonly journal: Journal;
  /** So many are kept, the newest. */
  readonly max: number;
  /** Lets a message wait again. Rejects when it cannot be stored. */
  readonly revive: (message: OutgoingMessage, attempts: Attempts) => Promise<void>;
}

/** Messages that module or broker refused again and again. They stay until a person retries or purges them. */
export class DeadLetters {
  readonly #parts: DeadLettersParts;
  #sequences: number[] = [];

  /** @internal */
  constructor(parts: DeadLettersParts) {
    this.#parts = parts;
  }

  /** How many there are. */
  get size(): number {
    return this.#sequences.length;
  }

  /**
   * The dead letters, the oldest first.
   * @throws LinkError OUTBOX_FAILED
   */
  async list(): Promise<readonly DeadLetter[]> {
    await this.#parts.journal.open();
    const records = await this.#parts.journal.read(rangeOf('dead', { limit: this.#sequences.length }));
    return records.map(([key, value]) => letterOf(sequenceOf(key), value));
  }

  /**
   * Lets dead letters wait again, behind everything else. A damaged record is left where it is.
   * @param ids which; absent: all
   * @returns how many
   * @throws LinkError OUTBOX_FAILED; those before stay revived
   */
  async retry(ids?: readonly number[]): Promise<number> {
    let revived = 0;
    for (const letter of await this.list()) {
      if (letter.code === DAMAGED || (ids !== undefined && !ids.includes(letter.id))) continue;
      const { topic, payload, qos, retain, handedOver, maybeSent } = letter;
      // It waits again before it stops being dead: a crash between the two leaves both, never none.
      await this.#parts.revive({ topic, payload, qos, retain }, { handedOver, refusals: 0, maybeSent });
      await this.#remove([letter.id]);
      revived += 1;
    }
    return revived;
  }

  /**
   * Deletes dead letters.
   * @param ids which; absent: all
   * @returns how many
   * @throws LinkError OUTBOX_FAILED
   */
  async purge(ids?: readonly number[]): Promise<number> {
    const purged = (await this.list()).map(({ id }) => id).filter((id) => ids?.includes(id) ?? true);
    await this.#remove(purged);
    return purged.length;
  }

  /**
   * A message was given up.
   * @internal
   */
  add(entry: Entry, death: Death): void {
    this.#put(entry.sequence, encodeMessage(entry.sequence, entry, death));
  }

  /**
   * A record cannot be read any more: its bytes are kept as they are.
   * @internal
   */
  addDamaged(sequence: number, value: Buffer, at: number): void {
    const message: OutgoingMessage = { topic: '', payload: value, qos: 1, retain: false };
    const reason = 'The record was damaged on the disk; its bytes are kept as payload.';
    const death: Death = { code: DAMAGED, reason, at, attempts: untried };
    this.#put(sequence, encodeMessage(sequence, { message, acceptedAt: at, expiresAt: undefined }, death));
  }

  /**
   * Takes in what an earlier process left.
   * @returns the last sequence
   * @internal
   */
  async load(read: RecordReader): Promise<number> {
    const records = await read(rangeOf('dead', { limit: MOST }));
    this.#sequences = records.map(([key]) => sequenceOf(key));
    return this.#sequences.at(-1) ?? 0;
  }

  #put(sequence: number, value: Buffer): void {
    this.#sequences = [...this.#sequences, sequence].sort((a, b) => a - b);
    void this.#parts.journal.amend([{ type: 'put', key: keyOf('dead', sequence), value }], { sync: true });
    const excess = this.#sequences.length - this.#parts.max;
    if (excess > 0) this.#remove(this.#sequences.slice(0, excess)).catch(() => undefined);
  }

  async #remove(sequences: readonly number[]): Promise<void> {
    this.#sequences = this.#sequences.filter((sequence) => !sequences.includes(sequence));
    await this.#parts.journal.amend(
      sequences.map((sequence) => ({ type: 'del', key: keyOf('dead', sequence) })),
      { sync: true },
    );
    if (this.#parts.journal.failure !== undefined) throw this.#parts.journal.failure;
  }
}

const DAMAGED = 'OUTBOX_FAILED';
/** More than any configuration allows: one with a lower bound may follow one with a higher. */
const MOST = 1_000_000;

function letterOf(id: number, value: Buffer): DeadLetter {
  const { message, acceptedAt, death } = decodeMessage(id, value) ?? {
    message: { topic: '', payload: value, qos: 1, retain: false },
    acceptedAt: 0,
    death: undefined,
  };
  const { topic, payload, qos, retain } = message;
  const { code, reason, at, attempts } = death ?? {
    code: DAMAGED,
    reason: 'The record was damaged on the disk.',
    at: acceptedAt,
    attempts: untried,
  };
  const { handedOver, maybeSent } = attempts;
  return {
    id,
    topic,
    payload,
    qos,
    retain,
    code,
    reason,
    acceptedAt: new Date(acceptedAt).toISOString(),
    givenUpAt: new Date(at).toISOString(),
    handedOver,
    maybeSent,
  };
}
