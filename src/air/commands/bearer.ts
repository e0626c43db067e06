import type { AtCommand } from '../../at/command.js';
import type { Accepted } from '../compose.js';
import { bare, order, question, quoted, secret } from '../compose.js';
import { checkApn } from '../fields.js';
import { answerLine, COMMA } from '../pattern.js';
import type { Timings } from '../timings.js';

/** The bearer that MQTT uses. The module has three. */
const CID = 1;

export type BearerState = 'connecting' | 'connected' | 'closing' | 'closed';

const bearerStates: readonly BearerState[] = ['connecting', 'connected', 'closing', 'closed'];

export interface Bearer {
  readonly state: BearerState;
  /** The IP address that the network gave; undefined while there is none. */
  readonly address: string | undefined;
}

const bearerLine = answerLine('+SAPBR', `(\\d)${COMMA}([0-3])(?:${COMMA}"?([^",]*)"?)?`);

/**
 * Commands about the data bearer (AT manual, SAPBR). On 4G it comes up by itself and these are documented, harmless
 * steps; on 2G they are needed.
 */
export function bearerCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  const set = (argument: Parameters<typeof order>[0]['arguments']) =>
    order({ verb: '+SAPBR', arguments: [bare(3), bare(CID), ...(argument ?? [])], timeoutMs });
  return {
    bearerType: (): AtCommand<Accepted> => set([quoted('CONTYPE'), quoted('GPRS')]),

    /** "" takes the APN that the network assigns. */
    bearerApn: (name: string): AtCommand<Accepted> =>
      set([quoted('APN'), quoted(checkApn('apn.name', name))]),

    bearerUser: (user: string): AtCommand<Accepted> =>
      set([quoted('USER'), secret(checkApn('apn.user', user))]),

    bearerPassword: (password: string): AtCommand<Accepted> =>
      set([quoted('PWD'), secret(checkApn('apn.password', password))]),

    openBearer: (): AtCommand<Accepted> =>
      order({ verb: '+SAPBR', arguments: [bare(1), bare(CID)], timeoutMs }),

    queryBearer: (): AtCommand<Bearer> =>
      question({
        verb: '+SAPBR',
        arguments: [bare(2), bare(CID)],
        timeoutMs,
        information: bearerLine,
        parse: readBearer,
      }),

    /** Refused with `+CME ERROR: 3` when it is closed already; either answer will do. */
    closeBearer: (): AtCommand<Accepted> =>
      order({ verb: '+SAPBR', arguments: [bare(0), bare(CID)], timeoutMs }),
  };
}

function readBearer(lines: readonly string[]): Bearer | undefined {
  for (const line of lines) {
    const match = bearerLine.exec(line);
    const state = bearerStates[Number(match?.[2])];
    if (!match || !state || Number(match[1]) !== CID) continue;
    const address = match[3]?.trim();
    return { state, address: address === '' || address === '0.0.0.0' ? undefined : address };
  }
  return undefined;
}
