import { LevelStore } from './level-store.js';
import { MemoryStore } from './memory-store.js';
import type { Store } from './store.js';
import { Outbox, type OutboxLimits, type OutboxParts } from './outbox.js';

export interface OutboxConfig extends OutboxLimits {
  readonly store: 'disk' | 'memory';
  readonly directory: string;
}

/** The outbox that a configuration asks for. Nothing is opened yet. */
export function createOutbox(
  config: OutboxConfig,
  {
    store: given,
    ...parts
  }: Omit<OutboxParts, 'limits' | 'store' | 'durable'> & { readonly store?: Store | undefined },
): Outbox {
  const durable = config.store === 'disk';
  const store = given ?? (durable ? new LevelStore(config.directory) : new MemoryStore());
  return new Outbox({ ...parts, limits: config, store, durable });
}
