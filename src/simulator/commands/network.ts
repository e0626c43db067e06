import { cme, cmeCode, ok, type Answer } from '../answer.js';
import type { Board } from '../board.js';
import { integerWithin, type CommandRequest } from '../syntax.js';
import { radioRefusal, simRefusal, register, type CommandFamily, type CommandHandler } from './family.js';

/** Signal, registration, attach, radio on and off. */
export const networkCommands: CommandFamily = {
  CSQ: ({ radio }) => ok([`+CSQ: ${radio.registered ? radio.signal : 99},${radio.registered ? 0 : 99}`]),
  // Level 0-97; dBm = level - 140 for the reference signal, 2 * rssi - 113 for CSQ.
  CESQ: ({ radio }) => {
    const level = radio.registered ? Math.max(0, Math.min(97, 2 * radio.signal + 8)) : 255;
    return ok([`+CESQ: 99,99,255,255,${radio.registered ? 20 : 255},${level}`]);
  },
  CREG: registration('CREG'),
  CGREG: registration('CGREG'),
  CEREG: registration('CEREG'),
  CGATT: (board, { kind, args }) => {
    if (kind === 'query') return ok([`+CGATT: ${board.radio.attached ? 1 : 0}`]);
    const refusal = radioRefusal(board) ?? simRefusal(board);
    if (refusal !== undefined) return refusal;
    return integerWithin(args[0]?.value, 0, 1) === undefined ? cme(cmeCode.badParameter) : ok();
  },
  CGDCONT: ({ radio }, { kind }) =>
    kind === 'query' ? ok([`+CGDCONT: 1,"IP","cmiot","${radio.bearer ? radio.address : ''}"`]) : ok(),
  CPNETAPN: register('CPNETAPN', '0,"","","",0'),
  COPS: ({ radio }) => ok([radio.registered ? '+COPS: 0,2,"46000",7' : '+COPS: 0']),
  CFUN: setRadio,
};

function registration(name: 'CREG' | 'CGREG' | 'CEREG'): CommandHandler {
  return ({ radio, profile }, { kind, args }) => {
    if (kind === 'query') {
      const state = `+${name}: ${radio.reporting[name]},${radio.registrationState}`;
      return ok([profile.registrationTrailingSpace && name === 'CEREG' ? `${state} ` : state]);
    }
    const mode = integerWithin(args[0]?.value, 0, 3);
    if (mode === undefined) return cme(cmeCode.badParameter);
    radio.reporting[name] = mode;
    return ok();
  };
}

function setRadio(board: Board, { kind, args }: CommandRequest): Answer {
  const { radio, timing } = board;
  if (kind === 'query') return ok([`+CFUN: ${radio.function}`]);
  const restarts = args[1]?.value === '1';
  switch (args[0]?.value) {
    case '0':
      return ok([], { delayMs: timing.draw('radioOff'), then: () => radio.setFunction(0) });
    case '4':
      return ok([], { delayMs: timing.draw('radioOff'), then: () => radio.setFunction(4) });
    case '1':
      return ok([], {
        delayMs: timing.draw('radioOn'),
        then: () => (restarts ? board.restart() : radio.setFunction(1)),
      });
    default:
      return cme(cmeCode.badParameter);
  }
}
