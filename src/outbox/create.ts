import { LevelStore } from './level-store.js';
import { MemoryStore } from './memory-store.js';
import { Outbox, type OutboxLimits, type OutboxParts } from './outbox.js';

export interface OutboxConfig extends OutboxLimits {
  readonly store: 'disk' | 'memory';
  readonly directory: string;
}

/** The outbox that a configuration asks for. Nothing is opened yet. */
export function createOutbox(
  config: OutboxConfig,
  parts: Omit<OutboxParts, 'limits' | 'store' | 'durable'>,
): Outbox {
  const durable = config.store === 'disk';
  const store = durable ? new LevelStore(config.directory) : new MemoryStore();
  return new Outbox({ ...parts, limits: config, store, durable });
}
