import { describe, expect, test } from '@jest/globals';
import { control } from '../../src/simulator/control.js';
import { framed, HandTerminal } from './support/hand-terminal.js';

describe('control protocol', () => {
  test.each([
    ['closed', framed('CLOSED')],
    ['deact', framed('+CGEV: NW PDN DEACT 1')],
    ['deact sapbr', framed('+SAPBR 1: DEACT')],
    ['sim out', framed('^MODE: 0,0', '+NO Service')],
    ['detach', framed('^MODE: 0,0', '+NO Service')],
    [
      'overwrite-cache a',
      Array.from({ length: 5 }, (_, n) => framed(`+MSUB: "a",9 byte,message ${n + 1}`)).join(''),
    ],
  ])('"%s" strikes', async (line, printed) => {
    const it = await HandTerminal.online();
    expect(control(it.modem, line)).toBe('ok');
    expect(await it.wait(10)).toBe(printed);
  });

  test('"fail MIPSTART 767 3" arms three refusals', async () => {
    const it = await HandTerminal.ready();
    expect(control(it.modem, 'fail MIPSTART 767 3')).toBe('ok');
    for (let time = 0; time < 3; time += 1) {
      expect(await it.type('AT+MIPSTART="h",1')).toBe(framed('+CME ERROR: 767'));
    }
    expect(await it.type('AT+MIPSTART="h",1')).toBe(framed('OK', 'CONNECT OK'));
  });

  test('"reboot 2", "hang", "reset", "power off" and "power on" act on the supply side', async () => {
    const it = await HandTerminal.ready();
    expect(control(it.modem, 'reboot 2')).toBe('ok');
    expect((await it.wait(20_000)).split('RDY')).toHaveLength(3);
    control(it.modem, 'hang');
    expect(it.modem.power).toBe('hung');
    expect(control(it.modem, 'reset')).toBe('ok');
    expect(it.modem.power).toBe('booting');
    control(it.modem, 'power off');
    expect(it.modem.power).toBe('off');
    control(it.modem, 'power on');
    expect(it.modem.power).toBe('booting');
  });

  test('"state" and "violations" answer one line of JSON', async () => {
    const it = await HandTerminal.online();
    expect(JSON.parse(control(it.modem, 'state'))).toMatchObject({
      profile: 'air780ep',
      power: 'running',
      session: 'online',
      broker: 'broker.example:1883',
    });
    expect(control(it.modem, 'violations')).toBe('[]');
  });

  test('every command of "help" explains itself, on one line', async () => {
    const it = await HandTerminal.ready();
    const names = control(it.modem, 'help').replace('commands: ', '').split(', ');
    expect(names).toContain('deact');
    for (const name of names)
      expect(control(it.modem, `help ${name}`)).toMatch(new RegExp(`^${name}( .+)?: .+$`));
  });

  test.each([
    ['', 'error: empty line; try "help"'],
    ['nonsense', 'error: unknown command "nonsense"; try "help"'],
    ['constructor', 'error: unknown command "constructor"; try "help"'],
    ['sim', 'error: usage: sim out|in'],
    ['reboot 3', 'error: usage: reboot [0|1|2]'],
    ['signal 32', 'error: usage: signal 0-31'],
    ['fail', 'error: usage: fail COMMAND [ERROR|CODE] [TIMES]'],
    ['closed now', 'error: usage: closed'],
  ])('"%s" is answered "%s" and changes nothing', async (line, answer) => {
    const it = await HandTerminal.online();
    expect(control(it.modem, line)).toBe(answer);
    expect(await it.wait(1_000)).toBe('');
  });
});
