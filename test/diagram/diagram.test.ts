import { describe, expect, test } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { supervisorMachine } from '../../machines/index.js';
import { toJson } from '../../src/diagram/json.js';
import { toMermaid } from '../../src/diagram/mermaid.js';
import { diagramModel } from '../../src/diagram/model.js';

const model = diagramModel();
const paths = new Set(model.nodes.map(({ path }) => path));
const lines = toMermaid(model)
  .split('\n')
  .map((line) => line.trim());

describe('the model', () => {
  test('has every state of the chart', () => {
    const pathsBelow = (node: AnyStateNode): string[] =>
      Object.values(node.states).flatMap((child) => [child.path.join('.'), ...pathsBelow(child)]);
    expect([...paths]).toEqual(pathsBelow(supervisorMachine.root));
  });

  test('has no edge that leads from or to nowhere', () => {
    for (const { source, target } of model.edges) {
      expect(source === '' || paths.has(source)).toBe(true);
      expect(target === undefined || paths.has(target)).toBe(true);
    }
  });

  test('names each edge once', () => {
    expect(new Set(model.edges.map(({ id }) => id)).size).toBe(model.edges.length);
  });

  test('names timers, guards, causes and invokes as the chart does', () => {
    expect(model.edges).toContainEqual({
      id: 'clearing: after answerLimit',
      source: 'clearing',
      target: 'recovering',
      event: 'after answerLimit',
      guard: undefined,
      cause: 'MODEM_UNRESPONSIVE',
      actions: ['fail'],
    });
    expect(model.edges).toContainEqual(
      expect.objectContaining({
        source: 'recovering.waiting',
        event: 'after backoff',
        guard: 'rungIs reconnect',
        target: 'configuringMqtt',
      }),
    );
    expect(model.edges).toContainEqual(
      expect.objectContaining({ source: 'recovering.pulsingReset', event: 'pulseReset done' }),
    );
    expect(model.nodes).toContainEqual(
      expect.objectContaining({ path: 'connectingTcp', operation: 'connectTcp', parent: undefined }),
    );
  });
});

describe('the mermaid text', () => {
  test('has one arrow for each pair of boxes', () => {
    const arrows = lines.flatMap((line) => /^(\S+ --> \S+)/.exec(line)?.[1] ?? []);
    expect(new Set(arrows).size).toBe(arrows.length);
  });

  test('shows every way between two states of the flow, and every rung of the ladder', () => {
    const flow = model.edges.filter(
      ({ source, target }) => source !== '' && target !== undefined && !`${source}${target}`.includes('.'),
    );
    expect(flow.length).toBeGreaterThan(20);
    for (const { source, target, event } of flow) {
      const arrow = lines.find((line) => line.startsWith(`${source} --> ${target ?? ''} : `));
      if (arrow?.includes(event) !== true) expect(arrow).toMatch(/(, .+){3}, and \d+ more$/);
    }
    for (const rung of ['closingTcp', 'deactivatingBearer', 'cyclingRadio', 'pulsingReset', 'cyclingPower']) {
      expect(lines).toContain(`recovering_${rung} : ${rung}`);
    }
  });

  test('tells in a note what holds in every state', () => {
    const note = lines.slice(lines.indexOf('note right of stopped'), lines.indexOf('end note'));
    for (const { source, event, target } of model.edges) {
      if (source === '' && target !== undefined) expect(note).toContain(`${event} to ${target}`);
    }
  });

  test('uses no id that mermaid cannot read', () => {
    for (const line of lines) {
      const [, from, to] = /^(\S+) --> (\S+)/.exec(line) ?? [];
      for (const id of [from, to]) if (id !== undefined) expect(id).toMatch(/^(\w+|\[\*\])$/);
    }
  });
});

test('the JSON text is the model', () => {
  expect(JSON.parse(toJson(model))).toEqual(JSON.parse(JSON.stringify(model)));
  expect(toJson(model).endsWith('}\n')).toBe(true);
});
