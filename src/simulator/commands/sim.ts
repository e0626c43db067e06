import { cme, cmeCode, error, ok } from '../answer.js';
import { simRefusal, type CommandFamily } from './family.js';

/** The SIM card. */
export const simCommands: CommandFamily = {
  CPIN: (board, { kind, args }) => {
    const { sim, simSettled, radio, timing } = board;
    if (!simSettled) return cme(cmeCode.simBusy);
    if (kind === 'query') {
      switch (sim.state) {
        case 'absent':
          return cme(cmeCode.simNotInserted);
        case 'ready':
          return ok(['+CPIN: READY']);
        case 'pin':
          return ok(['+CPIN: SIM PIN']);
        case 'puk':
          return ok(['+CPIN: SIM PUK']);
        case 'dead':
          return cme(cmeCode.wrongPassword);
      }
    }
    const [first, second] = args.map(({ value }) => value);
    if (first === undefined) return error();
    const accepted = ok(['+CPIN: READY'], {
      then: () => radio.search(timing.draw('registrationAfterRadioOn')),
    });
    switch (sim.state) {
      case 'absent':
        return cme(cmeCode.simNotInserted);
      case 'ready':
        return cme(cmeCode.notAllowed);
      case 'pin':
        if (sim.enterPin(first)) return accepted;
        return cme(sim.pinTries > 0 ? cmeCode.wrongPassword : cmeCode.simPukRequired);
      case 'puk':
        if (second === undefined) return cme(cmeCode.simPukRequired);
        return sim.unblock(first, second) ? accepted : cme(cmeCode.wrongPassword);
      case 'dead':
        return cme(cmeCode.wrongPassword);
    }
  },
  CLCK: (board, { args }) => {
    const [facility, mode, pin] = args.map(({ value }) => value);
    if (facility !== 'SC') return cme(cmeCode.badParameter);
    const refusal = simRefusal(board);
    if (refusal !== undefined) return refusal;
    if (mode === '2') return ok([`+CLCK: ${board.sim.locked ? 1 : 0}`]);
    if ((mode !== '0' && mode !== '1') || pin === undefined) return cme(cmeCode.badParameter);
    return board.sim.lock(mode === '1', pin) ? ok() : cme(cmeCode.wrongPassword);
  },
  ICCID: (board) => simRefusal(board) ?? ok([`+ICCID: ${board.identity.iccid}`]),
  CCID: (board) => simRefusal(board) ?? ok([`+CCID: ${board.identity.iccid}`]),
  CIMI: (board) => simRefusal(board) ?? ok(['460045123456789']),
  CSDT: ({ settings }, { kind, args }) => {
    if (kind === 'query') return ok([`+CSDT: ${settings.cardDetection ? 1 : 0}`]);
    settings.cardDetection = args[0]?.value === '1';
    return ok();
  },
};
