import type { Observation } from '../observer.js';

type Written<Each> = { -readonly [Key in keyof Each]-?: Each[Key] | undefined };
type Place<Kind extends Observation['kind']> = Written<Extract<Observation, { readonly kind: Kind }>>;

/**
 * Observations that are written over and over again. Those that the link tells live for a moment; to keep them would make
 * the garbage collector carry each of them on, in the control loop's time. What is missing in one is undefined in its place.
 */
export class Places {
  readonly #wire: Place<'wire'>[] = [];
  readonly #states: Place<'state'>[] = [];
  readonly #messages: Place<'message'>[] = [];
  readonly #queue: Place<'outbox'>[] = [];

  /** The same observation, in a place that is free. */
  keep(told: Observation): Observation {
    switch (told.kind) {
      case 'wire': {
        const place = this.#wire.pop();
        if (place === undefined) return { ...told };
        place.at = told.at;
        place.direction = told.direction;
        place.text = told.text;
        return place as Observation;
      }
      case 'state': {
        const place = this.#states.pop();
        if (place === undefined) return { cause: undefined, ...told } as Observation;
        place.at = told.at;
        place.status = told.status;
        place.path = told.path;
        place.event = told.event;
        place.edges = told.edges;
        place.cause = told.cause;
        place.rung = told.rung;
        place.failures = told.failures;
        place.radioTokens = told.radioTokens;
        place.recoveries = told.recoveries;
        place.timers = told.timers;
        return place as Observation;
      }
      case 'message': {
        const place = this.#messages.pop();
        if (place === undefined) return { qos: undefined, code: undefined, ...told } as Observation;
        place.at = told.at;
        place.stage = told.stage;
        place.bytes = told.bytes;
        place.qos = told.qos;
        place.code = told.code;
        return place as Observation;
      }
      case 'outbox': {
        const place = this.#queue.pop();
        if (place === undefined) return { ...told };
        place.at = told.at;
        place.waiting = told.waiting;
        place.bytes = told.bytes;
        return place as Observation;
      }
      case 'signal':
      case 'module':
        return told;
    }
  }

  /** Nobody needs this one any more. */
  free(kept: Observation): void {
    switch (kept.kind) {
      case 'wire':
        this.#wire.push(kept);
        return;
      case 'state':
        this.#states.push(kept as Place<'state'>);
        return;
      case 'message':
        this.#messages.push(kept as Place<'message'>);
        return;
      case 'outbox':
        this.#queue.push(kept);
        return;
      case 'signal':
      case 'module':
        return;
    }
  }
}
