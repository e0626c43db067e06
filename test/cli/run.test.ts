import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CliProcess } from './cli-process.js';
import { RunScene } from './run-scene.js';

jest.setTimeout(30_000);

let scene: RunScene;
beforeEach(async () => {
  scene = await RunScene.set();
});
afterEach(async () => scene.close());

const online = { type: 'state', status: 'online' };

describe('on a software modem', () => {
  test('it comes online, carries messages both ways byte for byte, and SIGTERM closes the session cleanly', async () => {
    const cli = scene.run();
    const payload = Buffer.from([0, 1, 0x0d, 0x0a, 0x22, 0xff, 0xfe]);
    await cli.line(online);

    cli.write({ id: '1', topic: 'data', payload: payload.toString('base64'), encoding: 'base64', qos: 1 });
    await cli.line({ type: 'delivered', id: '1' });
    expect(cli.lines.findIndex(({ type }) => type === 'accepted')).toBeLessThan(
      cli.lines.findIndex(({ type }) => type === 'delivered'),
    );
    expect(scene.published).toContainEqual({ topic: 'data', payload });

    await scene.send('cmd/text', Buffer.from('Grüße\r\nOK\r\n'));
    await scene.send('cmd/bytes', payload);
    expect(await cli.line({ type: 'message', topic: 'cmd/text' })).toEqual({
      type: 'message',
      topic: 'cmd/text',
      payload: 'Grüße\r\nOK\r\n',
      encoding: 'utf8',
    });
    expect(await cli.line({ type: 'message', topic: 'cmd/bytes' })).toMatchObject({
      payload: payload.toString('base64'),
      encoding: 'base64',
    });

    cli.kill('SIGTERM');
    expect(await cli.ended()).toBe(0);
    expect(scene.heard().slice(-2)).toEqual(['AT+MDISCONNECT', 'AT+MIPCLOSE']);
    expect(scene.modem.violations).toEqual([]);
    expect(cli.lines.at(-1)).toMatchObject({ type: 'state', status: 'stopped', path: 'stopped' });
    expect(cli.lines.every(({ type, at }) => type !== 'state' || !Number.isNaN(Date.parse(String(at))))).toBe(
      true,
    );
    expect(cli.stderr).toBe('');
  });

  test('a line that is not valid is rejected, and the next one is read', async () => {
    const cli = scene.run();
    cli.write('{"id":', { id: 'x', topic: 'a/+', payload: '', qos: 1 }, Buffer.alloc(70_000, 'x'), {
      id: 'y',
      topic: 'data',
      payload: '6162',
      encoding: 'hex',
      qos: 1,
    });
    await cli.line({ type: 'delivered', id: 'y' });
    const rejected = cli.lines.filter(({ type }) => type === 'rejected');
    expect(rejected.map(({ id, code }) => ({ id, code }))).toEqual([
      { id: null, code: 'CONFIG_INVALID' },
      { id: 'x', code: 'TOPIC_INVALID' },
      { id: null, code: 'PAYLOAD_TOO_LARGE' },
    ]);
    expect(scene.published).toContainEqual({ topic: 'data', payload: Buffer.from('ab') });
  });

  test('the end of stdin changes nothing', async () => {
    const cli = scene.run();
    cli.endInput();
    await cli.line(online);
    await scene.send('cmd/1', Buffer.from('still there'));
    await cli.line({ type: 'message', payload: 'still there' });
    cli.kill('SIGINT');
    expect(await cli.ended()).toBe(0);
  });

  test('with --exit-on-eof everything accepted is delivered first', async () => {
    const cli = scene.run('--exit-on-eof', '--set', 'broker.keepalive=77');
    for (const id of ['1', '2', '3']) cli.write({ id, topic: 'data', payload: id, qos: 2 });
    cli.endInput();
    expect(await cli.ended()).toBe(0);
    const delivered = cli.lines.filter(({ type }) => type === 'delivered');
    expect(delivered.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(scene.published.map(({ payload }) => payload.toString())).toEqual(['1', '2', '3']);
    expect(scene.heard()).toContain('AT+MCONNECT=1,77');
  });

  test('with --exit-on-eof a message that is refused for good decides the exit code', async () => {
    scene.modem.faults.failNext('MPUB', 'ERROR', 10);
    scene.modem.faults.failNext('MPUBEX', 'ERROR', 10);
    const cli = scene.run('--exit-on-eof');
    cli.write({ id: '1', topic: 'data', payload: 'x', qos: 1 });
    cli.endInput();
    expect(await cli.ended()).toBe(6);
    expect(await cli.line({ type: 'failed', id: '1' })).toMatchObject({ code: 'PUBLISH_FAILED' });
  });

  test('a second signal ends it at once, even while the modem does not answer', async () => {
    const cli = scene.run();
    await cli.line(online);
    scene.modem.faults.hang();
    cli.kill('SIGTERM');
    await cli.line({ type: 'state', path: 'stopping.disconnecting' });
    cli.kill('SIGTERM');
    expect(await cli.ended()).toBe(130);
  });

  test('it goes on without a word when nobody reads its results', async () => {
    const cli = scene.run();
    await cli.line(online);
    cli.closeOutput();
    for (const id of ['1', '2']) cli.write({ id, topic: 'data', payload: id, qos: 1 });
    scene.modem.faults.closed();
    cli.write({ id: '3', topic: 'data', payload: '3', qos: 1 });
    await scene.arrived(3);
    cli.kill('SIGTERM');
    expect(await cli.ended()).toBe(0);
    expect(cli.stderr).toBe('');
  });
});

describe('without a modem', () => {
  const nowhere = ['run', '--port', '/dev/does-not-exist', '--broker', 'mqtt://127.0.0.1:1'];
  const inMemory = ['--set', 'outbox.store=memory'];

  test('a port that is missing is no reason to end; SIGTERM is, with stdin still open', async () => {
    const cli = new CliProcess([...nowhere, ...inMemory, '--log-level', 'silent']);
    expect(await cli.line({ type: 'state', cause: 'PORT_NOT_FOUND' })).toMatchObject({
      status: 'recovering',
    });
    cli.write({ id: '1', topic: 'data', payload: 'x', qos: 1 });
    await cli.line({ type: 'accepted', id: '1' });
    cli.kill('SIGTERM');
    expect(await cli.ended()).toBe(0);
    expect(await cli.line({ type: 'failed', id: '1' })).toMatchObject({ code: 'STOPPED' });
    expect(cli.stderr).toBe('');
  });

  test('what the outbox has no room for is rejected with its code', async () => {
    const cli = new CliProcess([
      ...nowhere,
      ...inMemory,
      '--set',
      'outbox.maxMessages=1',
      '--log-level',
      'silent',
    ]);
    for (const id of ['1', '2']) cli.write({ id, topic: 'data', payload: 'x', qos: 1 });
    expect(await cli.line({ type: 'rejected' })).toMatchObject({ id: '2', code: 'OUTBOX_FULL' });
    cli.kill('SIGTERM');
    expect(await cli.ended()).toBe(0);
  });
});
