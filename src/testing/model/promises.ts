interface Tracked {
  readonly name: string;
  readonly mayFail: boolean;
  outcome: 'pending' | 'resolved' | 'rejected';
  reason?: unknown;
}

/** Every promise that a link handed out, and how it ended. */
export class Promises {
  readonly #tracked: Tracked[] = [];

  track(name: string, promise: Promise<unknown>, mayFail?: 'may fail'): void {
    const entry: Tracked = { name, mayFail: mayFail !== undefined, outcome: 'pending' };
    this.#tracked.push(entry);
    promise.then(
      () => (entry.outcome = 'resolved'),
      (reason: unknown) => {
        entry.outcome = 'rejected';
        entry.reason = reason;
      },
    );
  }

  settled(name: string): boolean {
    return this.#tracked.every((entry) => entry.name !== name || entry.outcome !== 'pending');
  }

  /** The names of those that have not settled. */
  pending(): readonly string[] {
    return this.#tracked.filter(({ outcome }) => outcome === 'pending').map(({ name }) => name);
  }

  /** @throws Error when one failed that must not */
  check(): void {
    const failed = this.#tracked.find(({ outcome, mayFail }) => outcome === 'rejected' && !mayFail);
    if (failed !== undefined) throw new Error(`${failed.name} rejected: ${String(failed.reason)}`);
  }
}
