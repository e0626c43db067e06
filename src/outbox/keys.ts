import type { KeyRange, StoredRecord } from './store.js';

/**
 * The keys of the store:
 *
 *   format!0                   which format this is
 *   message!<sequence>         a message that waits
 *   attempt!<sequence>         what is known of the attempts to send it; absent before the first
 *   dead!<sequence>            a message that was given up, and why
 *   tally!0                    how many messages wait up to a sequence; absent where they are few
 */
export type RecordKind = 'format' | 'message' | 'attempt' | 'dead' | 'tally';

/** Number.MAX_SAFE_INTEGER has 16 digits: with leading zeros the order of the text is the order of the numbers. */
const DIGITS = 16;

/** So many records are read at once. */
const PAGE = 1_000;

export function keyOf(kind: RecordKind, sequence: number): string {
  return `${kind}!${String(sequence).padStart(DIGITS, '0')}`;
}

export function sequenceOf(key: string): number {
  return Number(key.slice(key.indexOf('!') + 1));
}

/** The records of a kind whose sequence is more than `after` and at most `upTo`. */
export function rangeOf(
  kind: RecordKind,
  { after = -1, upTo = Number.MAX_SAFE_INTEGER, limit }: { after?: number; upTo?: number; limit: number },
): KeyRange {
  // "~" sorts behind every digit.
  return { gt: after < 0 ? `${kind}!` : keyOf(kind, after), lt: `${keyOf(kind, upTo)}~`, limit };
}

/** All records of a kind whose sequence is more than `after`, in order. What a page held may be changed before the next is asked for. */
export async function* pagesOf(
  kind: RecordKind,
  read: (range: KeyRange) => Promise<readonly StoredRecord[]>,
  after = -1,
): AsyncGenerator<readonly StoredRecord[]> {
  for (let from = after; ;) {
    const page = await read(rangeOf(kind, { after: from, limit: PAGE }));
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    from = sequenceOf(last[0]);
  }
}
