import type { AtCommand, OutcomeGrammar } from '../../at/command.js';
import type { Accepted, Argument } from '../compose.js';
import { bare, order, quoted } from '../compose.js';
import { LinkError } from '../../errors/link-error.js';
import { escapeMessage, isMessageText } from '../escape.js';
import { outcomeLine } from '../pattern.js';
import type { Timings } from '../timings.js';
import { outcomeTimeouts } from '../timings.js';
import { checkTopic } from '../topic.js';
import type { Qos } from './session.js';
import { flag, qosArgument } from './session.js';

/** Where and how a message goes. */
export interface PublishTarget {
  readonly topic: string;
  readonly qos: Qos;
  readonly retain: boolean;
}

/** The longest data that one MPUBEX takes (AT manual, MPUBEX). */
const DATA_BYTES = 4100;

/**
 * The two ways to publish; `publishCommand` chooses. OK means accepted for QoS 1 and 2: PUBACK, or PUBREC and PUBCOMP,
 * come later and carry no id, so only one publish may be under way.
 */
export function publishCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /**
     * MPUB: the message between quotes, escaped.
     * @param wire the message, one character a byte; printable ASCII, CR and LF
     */
    publishInline: (target: PublishTarget, wire: string): AtCommand<Accepted> => {
      if (!isMessageText(wire)) {
        throw new LinkError(
          'INTERNAL',
          'A message with bytes that MPUB cannot carry was not sent with MPUBEX.',
        );
      }
      return order({
        verb: '+MPUB',
        arguments: [...head(target), message(wire)],
        timeoutMs,
        ...outcomes[target.qos],
      });
    },

    /** MPUBEX: the message by its length, after the prompt; any bytes. Without a length 0x1A in it would end it. */
    publishData: (target: PublishTarget, data: Buffer): AtCommand<Accepted> => {
      if (data.length < 1 || data.length > DATA_BYTES) {
        throw new LinkError(
          'PAYLOAD_TOO_LARGE',
          `MPUBEX takes 1 to ${DATA_BYTES} bytes, not ${data.length}.`,
        );
      }
      return order({
        verb: '+MPUBEX',
        arguments: [...head(target), bare(data.length)],
        data,
        timeoutMs,
        ...outcomes[target.qos],
      });
    },
  };
}

function head({ topic, qos, retain }: PublishTarget): Argument[] {
  return [quoted(checkTopic(topic)), qosArgument(qos), flag(retain)];
}

function message(wire: string): Argument {
  const text = `"${escapeMessage(wire)}"`;
  return { wire: text, shown: text };
}

const timeoutMs = outcomeTimeouts.publish;
/** What follows the OK, by QoS. */
const outcomes: Readonly<Record<Qos, { readonly outcome?: OutcomeGrammar }>> = {
  0: {},
  1: { outcome: { success: outcomeLine('PUBACK'), timeoutMs } },
  2: { outcome: { success: outcomeLine('PUBCOMP'), progress: outcomeLine('PUBREC'), timeoutMs } },
};
