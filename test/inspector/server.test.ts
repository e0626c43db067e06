import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock/system.js';
import { Inspector } from '../../src/inspector/inspector.js';
import type { Observation } from '../../src/observer.js';
import { ask, Viewer } from './viewer.js';

const wire = (text: string): Observation => ({ kind: 'wire', at: 1, direction: 'host', text });
const textsOf = (data: unknown): readonly string[] =>
  (data as readonly { text: string }[]).map(({ text }) => text);

let acted: string[] = [];
let inspector: Inspector;
const viewers: Viewer[] = [];

function look(headers?: Readonly<Record<string, string>>): Viewer {
  const viewer = new Viewer(inspector.url, headers);
  viewers.push(viewer);
  return viewer;
}

beforeEach(async () => {
  acted = [];
  inspector = new Inspector({
    port: 0,
    clock: systemClock,
    token: 'open-sesame',
    actions: {
      retry: { label: 'Try again', group: 'Operator', run: () => void acted.push('retry') },
      broken: { label: 'Broken', group: 'Operator', run: () => Promise.reject(new Error('not today')) },
    },
  });
  await inspector.listen();
});

afterEach(async () => {
  for (const viewer of viewers.splice(0)) viewer.close();
  await inspector.close();
});

const act = (name: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(`${inspector.url}act/${name}`, { method: 'POST', headers });
const bearer = { authorization: 'Bearer open-sesame' };

describe('who may ask', () => {
  test('a foreign Host is refused: a name that was made to resolve to this machine', async () => {
    const port = new URL(inspector.url).port;
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1']) {
      for (const path of ['', 'events', 'page.css'])
        expect((await ask(inspector.url + path, { headers: { host } })).status).toBe(421);
    }
    expect((await ask(inspector.url, { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  test('a foreign Origin is refused, with and without the token', async () => {
    for (const origin of [
      'http://evil.example',
      'null',
      'https://127.0.0.1',
      inspector.url.replace('http', 'https'),
    ]) {
      expect((await ask(inspector.url, { headers: { origin } })).status).toBe(403);
      expect((await act('retry', { origin, ...bearer })).status).toBe(403);
    }
    expect(acted).toEqual([]);
    const own = new URL(inspector.url).origin;
    expect((await act('retry', { origin: own, ...bearer })).status).toBe(200);
  });

  test('who acts without the token, or with another one, is refused', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer open-sesam',
      'Bearer open-sesamE',
      'Basic open-sesame',
    ])
      expect((await act('retry', authorization === '' ? {} : { authorization })).status).toBe(401);
    expect(acted).toEqual([]);
  });

  test('it listens on loopback only', () => {
    expect(inspector.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
});

describe('acting', () => {
  test('with the token does it, and says what went wrong', async () => {
    expect(await act('retry', bearer)).toMatchObject({ status: 200, body: 'done' });
    expect(acted).toEqual(['retry']);
    expect(await act('broken', bearer)).toMatchObject({ status: 500, body: 'not today' });
  });

  test('is possible for nothing else', async () => {
    for (const name of ['stop', 'constructor', '__proto__', '../retry'])
      expect((await act(name, bearer)).status).toBe(404);
    expect((await ask(`${inspector.url}act/retry`, { headers: bearer })).status).toBe(404);
    expect((await ask(`${inspector.url}act/retry`, { method: 'DELETE', headers: bearer })).status).toBe(405);
    expect(acted).toEqual([]);
  });
});

describe('the page', () => {
  test('holds the whole chart, no inline script or style, and may load nothing from elsewhere', async () => {
    const { status, headers, body } = await ask(inspector.url);
    expect(status).toBe(200);
    expect(body).toContain('data-path="recovering.waiting"');
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|\bstyle=|<style|\bon\w+=/);
    expect(body.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  test('has no file but its own', async () => {
    for (const path of [
      'package.json',
      'app/inspector.js',
      'app/page/..%2f..%2finspector.js',
      'app/page/tsconfig.json',
    ])
      expect((await ask(inspector.url + path)).status).toBe(404);
  });

  test('never shows the token', async () => {
    const viewer = look();
    await viewer.frame('story');
    expect(JSON.stringify(viewer.frames)).not.toContain('open-sesame');
    expect((await ask(inspector.url)).body).not.toContain('open-sesame');
    expect(inspector.operatorUrl).toContain('open-sesame');
  });
});

describe('looking', () => {
  test('begins with the story so far and goes on with what happens', async () => {
    inspector.observer(wire('before'));
    const viewer = look();
    expect((await viewer.frame('greeting')).data).toMatchObject({
      mode: 'live',
      actions: [{ name: 'retry' }, {}],
    });
    expect((await viewer.frame('story')).data).toMatchObject({ observations: [{ text: 'before' }] });
    inspector.observer(wire('after'));
    expect(textsOf((await viewer.frame('observations')).data)).toEqual(['after']);
  });

  test('after a break begins where it stopped', async () => {
    inspector.observer(wire('1'));
    const first = look();
    const { id = '' } = await first.frame('story');
    first.close();
    inspector.observer(wire('2'));
    inspector.observer(wire('3'));
    const again = look({ 'last-event-id': id });
    const missed = await again.frame('observations');
    expect(textsOf(missed.data)).toEqual(['2', '3']);
    expect(again.frames.map(({ event }) => event)).not.toContain('story');
  });

  test.each([
    ['a number of another run', 'other/1'],
    ['nonsense', 'x'],
    ['a number that was never given', ''],
  ])('with %s begins anew', async (_, foreign) => {
    const { id = '' } = await look().frame('story');
    const viewer = look({ 'last-event-id': foreign === '' ? id.replace(/\d+$/, '999') : foreign });
    await viewer.frame('story');
  });

  test('after more was missed than is kept gets the whole story, and the counts are right', async () => {
    const viewer = look();
    const { id = '' } = await viewer.frame('story');
    viewer.close();
    for (let count = 0; count < 9_000; count += 1)
      inspector.observer({ kind: 'message', at: count, stage: 'received', bytes: 1 });
    const { data } = await look({ 'last-event-id': id }).frame('story');
    const { base, observations } = data as {
      base: { messages: { received: number } };
      observations: unknown[];
    };
    expect(observations.length).toBeLessThan(4_001);
    expect(base.messages.received + observations.length).toBe(9_000);
  });

  test('is for a few at a time; one that goes makes room', async () => {
    const eight = Array.from({ length: 8 }, () => look());
    await Promise.all(eight.map((viewer) => viewer.frame('story')));
    expect((await ask(`${inspector.url}events`)).status).toBe(503);
    eight[0]?.close();
    let status = 503;
    while (status === 503) {
      const next = look();
      status = await Promise.race([next.frame('story').then(() => 200), ask(inspector.url).then(() => 503)]);
    }
    expect(status).toBe(200);
  });
});

test('a recorded run is shown as such', async () => {
  const recorded = new Inspector({ port: 0, clock: systemClock, recording: [wire('then')] });
  await recorded.listen();
  const viewer = new Viewer(recorded.url);
  expect((await viewer.frame('greeting')).data).toMatchObject({ mode: 'replay', actions: [] });
  expect((await viewer.frame('story')).data).toMatchObject({ observations: [{ text: 'then' }] });
  viewer.close();
  await recorded.close();
});
