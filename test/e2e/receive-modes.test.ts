import { describe, expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

const awkward = 'x\r\nOK\r\n"CLOSED"\r\n';

describe.each([
  ['direct', 'raw'],
  ['direct', 'hex'],
  ['cached', 'raw'],
  ['cached', 'hex'],
] as const)('received %s, %s', (mode, encoding) => {
  test('messages pass both ways byte for byte, also after a reboot without a word', async () => {
    const it = new Scene({
      modem: { profile: 'air780ep' },
      link: { subscriptions: [{ topic: 'cmd/#' }], receive: { mode, encoding } },
    });
    await it.online();
    const exchange = async (): Promise<void> => {
      const [arrived, received] = [it.network.broker.published.length, it.received.length];
      const { delivered } = await it.supervisor.publish('data', awkward, { qos: 1 });
      it.network.broker.publish('cmd/1', Buffer.from(awkward));
      let done = false;
      void delivered.then(() => (done = true));
      await it.clock.advanceUntil(() => done && it.received.length > received, 60_000);
      expect(it.network.broker.published.slice(arrived).map(({ payload }) => payload.toString())).toContain(
        awkward,
      );
      expect(it.received.at(-1)).toEqual({ topic: 'cmd/1', payload: awkward });
    };
    await exchange();
    it.modem.faults.reboot(0);
    await it.clock.advanceUntil(() => it.supervisor.status().recoveries === 1, 180_000);
    await exchange();
    expect(it.modem.violations).toEqual([]);
    await it.end();
  });
});

test('12 messages with line ends and quotes, 100 ms apart, arrive in cached mode without loss', async () => {
  const it = new Scene({
    modem: { profile: 'air780ep' },
    link: { subscriptions: [{ topic: 'cmd/#' }], receive: 'cached' },
  });
  await it.online();
  const texts = Array.from({ length: 12 }, (_, index) => `${index}: "quoted"\r\nOK\r\n`);
  for (const text of texts) {
    it.network.broker.publish('cmd/1', Buffer.from(text));
    await it.clock.advance(100);
  }
  await it.clock.advance(10_000);
  expect(it.received.map(({ payload }) => payload)).toEqual(texts);
  expect(it.supervisor.status().inbound.lost).toBe(0);
  await it.end();
});

test('a module that always has another message in its cache keeps none of ours from going out', async () => {
  const it = new Scene({
    modem: { profile: 'air780ep' },
    link: { subscriptions: [{ topic: 'cmd/#' }], receive: 'cached' },
  });
  await it.online();
  let delivered = 0;
  for (let index = 0; index < 20; index++) {
    const receipt = await it.supervisor.publish('data', String(index), { qos: 1 });
    void receipt.delivered.then(() => (delivered += 1));
  }
  for (let step = 0; step < 6_000 && delivered < 20; step++) {
    it.network.broker.publish('cmd/1', Buffer.from('more'));
    await it.clock.advance(2);
  }
  expect(delivered).toBe(20);
  await it.end();
});

test('messages that were overwritten in the cache are counted', async () => {
  const it = new Scene({
    modem: { profile: 'air780ep' },
    link: { subscriptions: [{ topic: 'cmd/#' }], receive: 'cached' },
  });
  await it.online();
  // Five at once for four slots: the fifth takes the place of the first before anybody can read it.
  it.modem.faults.overwriteCache();
  await it.clock.advance(5_000);
  expect(it.received.map(({ payload }) => payload)).toEqual(
    expect.arrayContaining(['message 2', 'message 3', 'message 4', 'message 5']),
  );
  expect(it.received).toHaveLength(4);
  expect(it.supervisor.status().inbound.lost).toBe(1);
  await it.end();
});

test('what was cached while the host was away is read first', async () => {
  const it = new Scene({
    modem: { profile: 'air780ep' },
    link: { subscriptions: [{ topic: 'cmd/#' }], receive: 'cached' },
  });
  await it.online();
  it.cable.unplug();
  it.network.broker.publish('cmd/1', Buffer.from('while you were out'));
  await it.clock.advance(5_000);
  const from = it.modem.transcript.length;
  it.cable.plug();
  await it.clock.advanceUntil(() => it.received.length > 0, 60_000);
  expect(it.received).toEqual([{ topic: 'cmd/1', payload: 'while you were out' }]);
  await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
  const sent = it.sent(from);
  expect(sent.indexOf('AT+MQTTMSGGET')).toBeLessThan(sent.indexOf('AT+MDISCONNECT'));
  await it.end();
});
