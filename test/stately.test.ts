import { expect, test } from '@jest/globals';
import { createBrowserReceiver, createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { createMachine, type AnyStateMachine } from 'xstate';
import { statelyObserver, type StatelyAdapter } from '../src/stately.js';
import { Scene } from './support/scene.js';
import { collect } from './secrets/collector.js';
import { planted } from './secrets/scanner.mjs';

/** A viewer as `@statelyai/inspect` makes one, reading what would come to it from the link's process. */
function viewer(): { readonly adapter: StatelyAdapter; readonly seen: StatelyInspectionEvent[] } {
  const listeners: ((event: { readonly data: unknown }) => void)[] = [];
  const page = {
    addEventListener: (_: string, listener: (typeof listeners)[number]) => listeners.push(listener),
  };
  const seen: StatelyInspectionEvent[] = [];
  createBrowserReceiver({ window: page as never }).subscribe((event) => void seen.push(event));
  const { adapter } = createInspector({
    send: (event) => {
      const text = JSON.stringify(event);
      collect('process', text);
      for (const listener of listeners) listener({ data: JSON.parse(text) });
    },
  });
  return { adapter, seen };
}

async function watched(act: (scene: Scene) => Promise<void>): Promise<readonly StatelyInspectionEvent[]> {
  const { adapter, seen } = viewer();
  const scene = new Scene({
    link: { apn: { name: 'iot', user: planted.apnUser, password: planted.apnPassword } },
  });
  scene.supervisor.observe(statelyObserver(adapter, { name: 'meter-17' }));
  await scene.online();
  await act(scene);
  await scene.end();
  return seen;
}

const nothing = (): Promise<void> => Promise.resolve();

test('a viewer of @statelyai/inspect gets the chart, its events and its states', async () => {
  const seen = await watched(async (scene) => {
    scene.modem.faults.closed();
    await scene.clock.advanceUntil(() => scene.supervisor.status().recoveries === 1, 60_000);
  });
  const [actor, ...steps] = seen;
  expect(actor).toMatchObject({ type: '@xstate.actor', name: 'meter-17', snapshot: { value: 'stopped' } });
  expect(new Set(steps.map(({ type }) => type))).toEqual(new Set(['@xstate.event', '@xstate.snapshot']));
  expect(new Set(seen.map(({ sessionId, rootId }) => `${sessionId} ${String(rootId)}`)).size).toBe(1);
  const closed = steps.findIndex((step) => step.type === '@xstate.event' && step.event.type === 'CLOSED');
  expect(steps[closed + 1]).toMatchObject({
    type: '@xstate.snapshot',
    event: { type: 'CLOSED' },
    snapshot: {
      status: 'active',
      value: { recovering: 'closingTcp' },
      context: { status: 'recovering', cause: { code: 'TCP_CLOSED' } },
    },
  });
});

test('the definition is a chart that xstate reads, and has each event that is told', async () => {
  const [actor, ...steps] = await watched(nothing);
  const definition = actor?.type === '@xstate.actor' ? actor.definition : undefined;
  const machine: AnyStateMachine = createMachine(JSON.parse(definition ?? '') as object);
  for (const step of steps) {
    if (step.type !== '@xstate.snapshot') continue;
    const { value } = step.snapshot as unknown as { readonly value: string };
    expect(machine.resolveState({ value, context: {} }).value).toEqual(value);
    expect(machine.events).toContain(step.event.type);
  }
});

test('its messages have what those of the package itself have', async () => {
  const own: StatelyInspectionEvent[] = [];
  const inspector = createInspector({ send: (event) => void own.push(event) });
  inspector.actor('one', { status: 'active' });
  inspector.event('one', 'CLOSED');
  inspector.snapshot('one', { value: 'stopped' }, { event: { type: 'CLOSED' } });
  const ours = await watched(nothing);
  for (const theirs of own) {
    const message = ours.find(({ type }) => type === theirs.type);
    expect(message?._version).toBe(theirs._version);
    const defined = Object.entries(theirs).filter(([, value]) => value !== undefined);
    expect(Object.keys(message ?? {})).toEqual(expect.arrayContaining(defined.map(([key]) => key)));
  }
});

test('nothing that is secret is told', async () => {
  const text = JSON.stringify(await watched(nothing));
  for (const secret of Object.values(planted)) expect(text).not.toContain(secret);
});
