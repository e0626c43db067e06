import type { Quirks } from '../../simulator/quirks.js';
import type { ViolationRule } from '../../simulator/transcript.js';
import type { Bench } from '../bench.js';

/** Where a fault strikes. */
export type FaultLayer = 'wire' | 'interface' | 'module' | 'SIM' | 'network' | 'broker' | 'host';

/** One way in which the world around a supervisor goes wrong, and how it becomes right again. */
export interface FaultKind {
  readonly name: string;
  readonly layer: FaultLayer;
  /** Does harm, at once or armed for what comes next. */
  readonly strike: (bench: Bench) => void;
  /** How long the harm lasts until `end`, in milliseconds. */
  readonly lastsMs: number;
  /** Ends it, where it does not pass by itself. */
  readonly end?: (bench: Bench) => void;
  /** What a person does, where nobody else can help; until then `needs-attention` is right. */
  readonly person?: (bench: Bench) => void;
  /** The host cannot help but do this: the prompt that nobody asked for looks like the one that it waits for. */
  readonly provokes?: ViolationRule;
  /** It shows with such firmware only. */
  readonly quirks?: Partial<Quirks>;
  /** It shows on a TLS connection only. */
  readonly tls?: true;
  /** Messages are not taken over meanwhile (OUTBOX_FULL, OUTBOX_FAILED), and their sender is told. */
  readonly refusesMessages?: true;
}

/** A fault that is over by itself after at most so long. */
export function passing(
  layer: FaultLayer,
  name: string,
  strike: (bench: Bench) => void,
  more: Partial<FaultKind> = {},
): FaultKind {
  return { layer, name, strike, lastsMs: 1_000, ...more };
}

/** A fault that lasts until it is ended. */
export function lasting(
  layer: FaultLayer,
  name: string,
  lastsMs: number,
  strike: (bench: Bench) => void,
  end: (bench: Bench) => void,
  more: Partial<FaultKind> = {},
): FaultKind {
  return { layer, name, strike, lastsMs, end, ...more };
}

/** Something that shows on the way up only: the connection closes too. */
export function onTheWayUp(
  layer: FaultLayer,
  name: string,
  strike: (bench: Bench) => void,
  more: Partial<FaultKind> = {},
): FaultKind {
  return {
    ...passing(
      layer,
      name,
      (bench) => {
        strike(bench);
        bench.modem.faults.closed();
      },
      more,
    ),
    // What was not used up is taken back: the world is healthy again.
    lastsMs: more.lastsMs ?? 60_000,
    end: (bench) => {
      bench.modem.faults.clear();
      more.end?.(bench);
    },
  };
}

/** Repeats something so many times, so far apart, from now on. */
export function repeatedly(bench: Bench, times: number, everyMs: number, act: () => void): void {
  if (times === 0) return;
  act();
  bench.clock.setTimeout(() => repeatedly(bench, times - 1, everyMs, act), everyMs);
}
