import { bare, cme, cmeCode, error, finalText, ok, type Answer } from '../answer.js';
import type { Board } from '../board.js';
import { radioRefusal, register, simRefusal, type CommandFamily } from './family.js';

/** Access point data longer than this are refused (AT manual, SAPBR). */
const LONGEST_PARAMETER = 50;

/** The data bearer: SAPBR of the vendor's article, and the TCP/IP chapter as far as recovery uses it. */
export const bearerCommands: CommandFamily = {
  SAPBR: (board, { kind, args }) => {
    const [action, context, name, value] = args.map((argument) => argument.value);
    if (kind !== 'set' || context === undefined || !/^[123]$/.test(context)) return error();
    switch (action) {
      case '0':
        return closeBearer(board);
      case '1':
        return openBearer(board);
      case '2': {
        const { openedState, address } = board.radio;
        return ok([`+SAPBR: ${context},${openedState},"${openedState === 1 ? address : '0.0.0.0'}"`]);
      }
      case '3':
        return name === undefined || value === undefined || value.length > LONGEST_PARAMETER ? error() : ok();
      default:
        return error();
    }
  },
  CGACT: (board, { kind }) =>
    kind === 'query'
      ? ok([`+CGACT: 1,${board.radio.bearer ? 1 : 0}`])
      : (radioRefusal(board) ?? (board.radio.activate() ? ok() : cme(cmeCode.bearerRefused))),
  CSTT: ({ ram }) => {
    if (ram.registers.has('CSTT')) return cme(cmeCode.notAllowed);
    ram.registers.set('CSTT', '1');
    return ok();
  },
  CIICR: (board) => {
    if (radioRefusal(board) === undefined && board.radio.activate()) return ok();
    return cme(65_535, ['+PDP: DEACT']);
  },
  CIFSR: ({ radio }) => (radio.bearer ? bare([radio.address]) : error()),
  CIPSHUT: (board) => {
    board.session.strand();
    board.radio.opened = false;
    board.ram.registers.delete('CSTT');
    return finalText(board.quirks.shutAnswer);
  },
  CIPSTATUS: ({ radio }) => ({ ...ok(), trailer: `STATE: ${radio.bearer ? 'IP STATUS' : 'PDP DEACT'}` }),
  CIPMODE: register('CIPMODE', '0'),
  CIPMUX: register('CIPMUX', '0'),
  CIPQSEND: register('CIPQSEND', '0'),
  CDNSCFG: register('CDNSCFG', '"0.0.0.0","0.0.0.0"'),
};

function openBearer(board: Board): Answer {
  const { radio, quirks } = board;
  const refusal = radioRefusal(board) ?? simRefusal(board);
  if (refusal !== undefined) return refusal;
  if (radio.opened && quirks.refusesReopenedBearer) return cme(cmeCode.notAllowed);
  if (!radio.registered) return cme(cmeCode.noService);
  if (!radio.activate()) return cme(cmeCode.bearerRefused);
  radio.open();
  return ok();
}

function closeBearer({ radio }: Board): Answer {
  if (!radio.opened) return cme(cmeCode.notAllowed);
  radio.opened = false;
  return ok();
}
