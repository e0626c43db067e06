import type { AtCommand } from '../at/command.js';
import { LinkError } from '../errors/link-error.js';
import type { PublishTarget } from './commands/publish.js';
import { publishCommands } from './commands/publish.js';
import type { Accepted } from './compose.js';
import { escapeMessage, isMessageText } from './escape.js';
import type { ModuleProfile } from './profiles.js';
import type { Timings } from './timings.js';
import type { PayloadEncoding } from './wire-grammar.js';

export interface Message extends PublishTarget {
  readonly payload: Buffer;
}

/** `\r\n> `: what MPUBEX makes the module say more than MPUB. */
const PROMPT_BYTES = 4;

/**
 * The command that publishes a message: MPUB or MPUBEX, whichever the module takes and costs fewer bytes on the wire;
 * MPUB when they cost the same, since it needs no turn-around for the prompt.
 * @param encoding what AT+MQTTMODE is set to; in HEX mode messages are digits too
 * @throws LinkError TOPIC_INVALID, or PAYLOAD_TOO_LARGE when neither command takes so much
 */
export function publishCommand(
  profile: ModuleProfile,
  message: Message,
  timings: Timings,
  encoding: PayloadEncoding = 'raw',
): AtCommand<Accepted> {
  return encoding === 'hex' ? publishHex(profile, message, timings) : publishRaw(profile, message, timings);
}

function publishRaw(profile: ModuleProfile, message: Message, timings: Timings): AtCommand<Accepted> {
  const { publishInline, publishData } = publishCommands(timings);
  const text = message.payload.toString('latin1');
  const escaped = isMessageText(text) ? escapeMessage(text).length : Infinity;
  const fitsInline = escaped <= profile.limits.inline;
  // MPUBEX takes at least one byte (AT manual), so an empty message is always MPUB's.
  const fitsData = text.length >= 1 && text.length <= profile.limits.data;
  if (!fitsInline && !fitsData)
    throw tooLarge(profile, message, Math.max(profile.limits.inline, profile.limits.data));
  // Where nothing is escaped, MPUBEX says the same, and the length and the prompt besides.
  if (!fitsData || (fitsInline && escaped === text.length)) return publishInline(message, text);
  const data = publishData(message, message.payload);
  if (!fitsInline) return data;
  const inline = publishInline(message, text);
  return inline.text.length <= data.text.length + text.length + PROMPT_BYTES ? inline : data;
}

/**
 * In HEX mode MPUB takes digits (AT manual, MQTTMODE); what MPUBEX takes then is not documented, so it is not used.
 * Whether the limit counts digits or bytes is not either: digits are assumed.
 */
function publishHex(profile: ModuleProfile, message: Message, timings: Timings): AtCommand<Accepted> {
  const limit = Math.floor(profile.limits.inline / 2);
  if (message.payload.length > limit) throw tooLarge(profile, message, limit);
  return publishCommands(timings).publishInline(message, message.payload.toString('hex').toUpperCase());
}

function tooLarge(profile: ModuleProfile, { topic, payload }: Message, limit: number): LinkError {
  const module = profile.id === 'unknown' ? 'an unknown module' : profile.id;
  return new LinkError(
    'PAYLOAD_TOO_LARGE',
    `The message for ${JSON.stringify(topic)} has ${payload.length} bytes; ${module} publishes up to ${limit}.`,
  );
}
