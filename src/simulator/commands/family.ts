import { cme, cmeCode, error, ok, type Answer } from '../answer.js';
import type { Board } from '../board.js';
import type { CommandRequest } from '../syntax.js';

/** What the module does with one command. */
export type CommandHandler = (board: Board, request: CommandRequest) => Answer;

/** Commands of one chapter of the AT manual, by name. */
export type CommandFamily = Readonly<Record<string, CommandHandler>>;

/** A setting that changes nothing here: it takes values and tells them again. */
export function register(name: string, initial: string): CommandHandler {
  return ({ ram }, { kind, args }) => {
    if (kind === 'query') return ok([`+${name}: ${ram.registers.get(name) ?? initial}`]);
    if (kind === 'set') ram.registers.set(name, args.map(({ value }) => value).join(','));
    return ok();
  };
}

/** The SIM's own refusal, while it is not ready. */
export function simRefusal({ sim, simSettled }: Board): Answer | undefined {
  if (!simSettled) return cme(cmeCode.simBusy);
  switch (sim.state) {
    case 'ready':
      return undefined;
    case 'absent':
      return cme(cmeCode.simNotInserted);
    case 'pin':
      return cme(cmeCode.simPinRequired);
    case 'puk':
      return cme(cmeCode.simPukRequired);
    case 'dead':
      return error();
  }
}

/** Why nothing can go over the air now: stack not up yet after a boot, or radio off. */
export function radioRefusal({ radio, clock, bootedAt, quirks }: Board): Answer | undefined {
  if (clock.now() - bootedAt < quirks.stackNotReadyMs) return cme(cmeCode.stackNotReady);
  return radio.function === 1 ? undefined : cme(cmeCode.radioOff);
}
