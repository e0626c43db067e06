import { createActor, type AnyTransitionDefinition } from 'xstate';
import type { DriverName, LinkCommand, Order, Settings, supervisorMachine } from '../../machines/index.js';

export type Chart = typeof supervisorMachine;
type Scope = Parameters<Chart['transition']>[2];

/** What the chart would have done in a step. */
export type PlannedAction =
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'arm'; readonly event: string; readonly delay: number }
  | { readonly kind: 'cancel'; readonly event: string }
  /** It goes along an edge. */
  | { readonly kind: 'take'; readonly edge: AnyTransitionDefinition };

/**
 * A scope in which the chart's steps have no effect but are told to `plan`. xstate's own `transition()` makes a scope,
 * and with it an actor, for each step, which costs five times the step itself. The scope is no documented interface of
 * xstate, so it is made here and nowhere else.
 */
export function inertScope(chart: Chart, settings: Settings, plan: (action: PlannedAction) => void): Scope {
  const self = createActor(chart, {
    input: { settings },
    inspect: (inspected) => {
      if (inspected.type !== '@xstate.microstep') return;
      for (const edge of inspected._transitions) plan({ kind: 'take', edge });
    },
  });
  const nothing = (): void => undefined;
  return {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: self.system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: ({ type, params }) => {
      const planned = plannedBy(type, params as Readonly<Record<string, unknown>>);
      if (planned !== undefined) plan(planned);
    },
  };
}

function plannedBy(type: string, params: Readonly<Record<string, unknown>>): PlannedAction | undefined {
  switch (type) {
    case 'xstate.sendTo':
      return { kind: 'order', order: params['event'] as LinkCommand };
    case 'xstate.raise':
      return { kind: 'arm', event: String(params['id']), delay: Number(params['delay']) };
    case 'xstate.cancel':
      return { kind: 'cancel', event: String(params['sendId']) };
    case 'xstate.spawnChild':
      return params['src'] === 'link'
        ? undefined
        : { kind: 'order', order: { type: 'DRIVE', driver: params['src'] as DriverName } };
    case 'xstate.stopChild':
      return { kind: 'order', order: { type: 'LET GO' } };
    default:
      return undefined;
  }
}
