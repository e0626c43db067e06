import type { Supervisor } from '../../supervisor.js';

/** What the model needs of a link. A service hands over the supervisor that it made. */
export type DrivenLink = Pick<
  Supervisor,
  | 'start'
  | 'stop'
  | 'online'
  | 'retry'
  | 'status'
  | 'publish'
  | 'subscribe'
  | 'unsubscribe'
  | 'observe'
  | 'on'
  | 'off'
>;

/**
 * Something that is done to the world around a link: a relay pulls the cable, the broker is stopped, a software modem
 * hangs. This is what a user implements to drive hardware of his own; each kind that he cannot do is left out.
 */
export interface Deed {
  /** For people: `the cable is pulled`. */
  readonly name: string;
  /** Does it, at once or armed for what comes next. */
  do(link: DrivenLink): void | Promise<void>;
  /** Makes the world healthy again, where it does not become so by itself; absent: it does within `lastsMs`. */
  undo?(): void | Promise<void>;
  /** In a random sequence: how long it lasts before `undo`, in milliseconds. Default 1000. */
  readonly lastsMs?: number;
  /**
   * On a path: what the chart gets to hear of it, in the words of its edges: `CLOSED`, `PORT LOST`,
   * `PORT FAILED: PORT_DENIED`, `after attachLimit`. Absent: of no use on paths.
   */
  readonly brings?: string;
  /** The states, dotted, or the beginnings of them, in which it brings that; absent: wherever the chart waits for it. */
  readonly in?: readonly string[];
}

/** A link and the world around it, as far as the model is to drive them. */
export interface Rig {
  readonly link: DrivenLink;
  /** What can be done to the world. */
  readonly deeds: readonly Deed[];
  /**
   * Lets time pass until the condition holds: `clock.advanceUntil` of a virtual clock, `realTime` for hardware.
   * Rejects when it does not hold within so many milliseconds.
   */
  readonly until: (condition: () => boolean, limitMs: number) => Promise<void>;
  /** The longest that one step of a path may take, in milliseconds. Default two hours, in which every budget refills. */
  readonly stepLimitMs?: number;
}

/** The deed that brings about an event of the chart in a state, if there is one. */
export function deedFor(deeds: readonly Deed[], event: string, state: string): Deed | undefined {
  return deeds.find(
    (deed) => deed.brings === event && (deed.in?.some((other) => isWithin(state, other)) ?? true),
  );
}

function isWithin(state: string, other: string): boolean {
  return state === other || state.startsWith(`${other}.`);
}
