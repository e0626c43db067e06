import { error, finalText, bare, cme, cmeCode, ok } from '../answer.js';
import { clockParts } from '../spellings.js';
import { integerWithin } from '../syntax.js';
import { register, type CommandFamily } from './family.js';

const BAUD_RATES = [0, 1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200, 230400, 460800, 921600];

/** Identity, line settings, clock, restart. */
export const generalCommands: CommandFamily = {
  '': () => ok(),
  E: ({ settings }, { args }) => {
    const value = integerWithin(args[0]?.value ?? '0', 0, 1);
    if (value === undefined) return error();
    settings.echo = value === 1;
    return ok();
  },
  V: () => ok(),
  Q: () => ok(),
  Z: (board) => {
    board.restoreDefaults();
    return ok();
  },
  '&F': (board) => {
    board.restoreDefaults();
    return ok();
  },
  '&W': (board) => {
    board.saveSettings();
    return ok();
  },
  I: ({ identity }) => ok([identity.firmware]),
  CGMI: () => ok(['+CGMI: "AirM2M"']),
  CGMM: ({ profile }) => ok([`+CGMM: "${profile.name.toUpperCase()}"`]),
  CGMR: ({ identity }) => ok([`+CGMR: "${identity.firmware}"`]),
  CGSN: ({ identity }) => ok([identity.imei]),
  GSN: ({ identity }) => ok([identity.imei]),
  // AT manual, CMEE: the answer to the query has its space in front of the colon.
  CMEE: ({ settings }, { kind, args }) => {
    if (kind === 'query') return ok([`+CMEE :${settings.errorMode}`]);
    const mode = integerWithin(args[0]?.value, 0, 2);
    if (mode === undefined) return cme(cmeCode.badParameter);
    settings.errorMode = mode;
    return ok();
  },
  IPR: (board, { kind, args, save }) => {
    if (kind === 'query') return ok([`+IPR: ${board.settings.baudRate}`]);
    const rate = integerWithin(args[0]?.value, 0, 921_600);
    if (rate === undefined || !BAUD_RATES.includes(rate)) return cme(cmeCode.badParameter);
    board.settings.baudRate = rate;
    if (save) board.saveSettings();
    return ok();
  },
  IFC: register('IFC', '0,0'),
  CFGRI: register('CFGRI', '0'),
  WAKETIM: register('WAKETIM', '0'),
  CTZU: register('CTZU', '0'),
  CSCLK: (board, request) => {
    const answer = register('CSCLK', '0')(board, request);
    const sleeps = board.quirks.deadAfterSleep && request.kind === 'set' && request.args[0]?.value !== '0';
    return sleeps ? { ...answer, then: () => board.sleep() } : answer;
  },
  CCLK: ({ rtc }, { kind, args }) => {
    if (kind !== 'query') return rtc.set(args[0]?.value ?? '') ? ok() : cme(cmeCode.badParameter);
    const { date, time } = clockParts(rtc.now());
    return ok([`+CCLK: "${date.slice(2)},${time}+32"`]);
  },
  '*EXINFO': ({ bootCause }) => ok([`*EXINFO: ${bootCause}`]),
  RESET: (board) => ok([], { then: () => board.restart() }),
  // AT manual, CPOWD: 1 says good-bye, 0 cuts off without a word.
  CPOWD: (board, { args }) => {
    switch (args[0]?.value) {
      case '0':
        return bare([], { then: () => board.shutDown() });
      case '1':
        return finalText('NORMAL POWER DOWN', { then: () => board.shutDown() });
      default:
        return error();
    }
  },
};
