import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

async function write(it: HandTerminal, name: string, content: string): Promise<void> {
  await it.type(`AT+FSCREATE="${name}"`);
  await it.type(`AT+FSWRITE="${name}",0,${content.length},15`);
  it.send(content);
  expect(await it.wait(100)).toBe(framed('OK'));
}

describe('files', () => {
  test('FSCREATE, FSWRITE behind its prompt, FSFLSIZE, FSREAD, FSDEL', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+FSDEL="ca.crt"')).toBe(framed('+CME ERROR: 62'));
    expect(await it.type('AT+FSWRITE="ca.crt",0,3,15')).toBe(framed('+CME ERROR: 62'));
    expect(await it.type('AT+FSCREATE="ca.crt"')).toBe(framed('OK'));
    expect(await it.type('AT+FSCREATE="ca.crt"')).toBe(framed('ERROR'));
    expect(await it.type('AT+FSWRITE="ca.crt",0,6,15')).toBe('\r\n>');
    it.send('a\r\n');
    expect(await it.wait(100)).toBe('');
    it.send('b\r\n');
    expect(await it.wait(100)).toBe(framed('OK'));
    await it.type('AT+FSWRITE="ca.crt",1,2,15');
    it.send('cd');
    await it.wait(100);
    expect(await it.type('AT+FSFLSIZE="ca.crt"')).toBe(framed('+FSFLSIZE: 8', 'OK'));
    expect(await it.type('AT+FSREAD="ca.crt",0,4,3')).toBe(framed('b\r\nc', 'OK'));
    expect(await it.type('AT+FSDEL="ca.crt"')).toBe(framed('OK'));
  });

  test('too slow a FSWRITE ends in TimeOut and writes nothing', async () => {
    const it = await HandTerminal.ready();
    await it.type('AT+FSCREATE="f"');
    await it.type('AT+FSWRITE="f",0,6,2', 100);
    it.send('abc');
    expect(await it.wait(2_000)).toBe(framed('TimeOut'));
    expect(await it.type('AT+FSFLSIZE="f"')).toBe(framed('+FSFLSIZE: 0', 'OK'));
  });

  test('a write of more than 10240 bytes is an ERROR, more than the flash holds is CME 51', async () => {
    const it = await HandTerminal.ready({ profile: 'air780el' });
    await it.type('AT+FSCREATE="f"');
    expect(await it.type('AT+FSWRITE="f",0,10241,15')).toBe(framed('ERROR'));
    for (const answer of ['OK', '+CME ERROR: 51']) {
      await it.type('AT+FSWRITE="f",1,10240,15');
      it.send('x'.repeat(10_240));
      expect(await it.wait(100)).toBe(framed(answer));
    }
    expect(await it.type('AT+FSMEM')).toBe(framed(`+FSMEM: ${16 * 1024 - 10_240} bytes`));
  });

  test('air724 prompts with a trailing space', async () => {
    const it = await HandTerminal.ready({ profile: 'air724' });
    await it.type('AT+FSCREATE="f"');
    expect(await it.type('AT+FSWRITE="f",0,3,15')).toBe('\r\n> ');
  });
});

describe('TLS contexts', () => {
  test('set, asked, and erased by a trailing comma', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+SSLCFG="seclevel",88,2')).toBe(framed('OK'));
    expect(await it.type('AT+SSLCFG="seclevel",88')).toBe(framed('+SSLCFG: "seclevel",88,2', 'OK'));
    expect(await it.type('AT+SSLCFG="seclevel",88,')).toBe(framed('OK'));
    expect(await it.type('AT+SSLCFG="seclevel",88')).toBe(framed('+SSLCFG: "seclevel",88,0', 'OK'));
    expect(await it.type('AT+SSLCFG="seclevel",88,3')).toBe(framed('ERROR'));
    expect(await it.type('AT+SSLCFG="nonsense",88,1')).toBe(framed('ERROR'));
  });

  test('what stands in context 88 goes into the handshake', async () => {
    const it = await HandTerminal.ready();
    await write(it, 'ca.crt', 'authority');
    await write(it, 'client.crt', 'certificate');
    await write(it, 'client.key', 'key');
    for (const setting of [
      '"cacert",88,"ca.crt"',
      '"clientcert",88,"client.crt"',
      '"clientkey",88,"client.key"',
      '"seclevel",88,2',
      '"hostname",88,"broker.example"',
    ]) {
      expect(await it.type(`AT+SSLCFG=${setting}`)).toBe(framed('OK'));
    }
    expect(await it.type('AT+SSLMIPSTART="h",8883', 2_500)).toBe(framed('OK', 'CONNECT OK'));
    expect(it.network.targets).toMatchObject([
      {
        host: 'h',
        port: 8883,
        tls: {
          level: 2,
          ca: Buffer.from('authority'),
          cert: Buffer.from('certificate'),
          key: Buffer.from('key'),
          serverName: 'broker.example',
        },
      },
    ]);
  });

  test('set in another context: connected without any check, as on the module', async () => {
    const it = await HandTerminal.ready();
    await it.type('AT+SSLCFG="seclevel",0,1');
    expect(await it.type('AT+SSLMIPSTART="h",8883', 2_500)).toBe(framed('OK', 'CONNECT OK'));
    expect(it.network.targets).toMatchObject([{ tls: { level: 0 } }]);
  });

  test('a security level without its authority fails the connect', async () => {
    const it = await HandTerminal.ready();
    await it.type('AT+SSLCFG="seclevel",88,1');
    expect(await it.type('AT+SSLMIPSTART="h",8883')).toBe(framed('OK', 'STATE: IP STATUS', 'CONNECT FAIL'));
    expect(it.network.targets).toEqual([]);
  });
});
