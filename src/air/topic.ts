import { LinkError } from '../errors/link-error.js';
import { fromWire, hasControl, isWellFormed, wireBytes } from './wire-text.js';

/** Topics and filters take up to 256 bytes (AT manual, MPUB and MSUB). */
const TOPIC_BYTES = 256;

/**
 * Checks a topic to publish to.
 * @returns the topic as it is
 * @throws LinkError TOPIC_INVALID when the module, or MQTT 3.1.1, does not take it
 */
export function checkTopic(topic: string, what = 'topic'): string {
  checkCharacters(topic, what);
  if (/[+#]/.test(topic)) throw invalid(what, topic, 'holds a wildcard; only filters may');
  return topic;
}

/**
 * Checks a topic filter to subscribe to. `+` stands for one whole level, `#` for all that follow (MQTT 3.1.1, 4.7.1).
 * @returns the filter as it is
 * @throws LinkError TOPIC_INVALID when the module, or MQTT 3.1.1, does not take it
 */
export function checkFilter(filter: string, what = 'topic filter'): string {
  checkCharacters(filter, what);
  const levels = filter.split('/');
  levels.forEach((level, index) => {
    if (level.includes('+') && level !== '+')
      throw invalid(what, filter, 'has a + that is not a whole level');
    if (level.includes('#') && (level !== '#' || index !== levels.length - 1)) {
      throw invalid(what, filter, 'has a # that is not the last level');
    }
  });
  return filter;
}

/** The topic of a received message, from the bytes of its header. */
export function decodeTopic(wire: string): string {
  return fromWire(wire);
}

function checkCharacters(topic: string, what: string): void {
  if (topic === '') throw invalid(what, topic, 'is empty');
  if (topic.includes('"')) throw invalid(what, topic, 'holds a quote, which would end it on the wire');
  // The manual documents the escape \HH for message texts only. Whether the module decodes `\41` or `\5C` in a topic is
  // unknown, so a backslash could name another topic than the one asked for.
  if (topic.includes('\\'))
    throw invalid(what, topic, 'holds a backslash, which the module may read as an escape');
  if (hasControl(topic)) throw invalid(what, topic, 'holds a control character');
  if (!isWellFormed(topic)) throw invalid(what, topic, 'is not well-formed Unicode');
  const bytes = wireBytes(topic);
  if (bytes > TOPIC_BYTES)
    throw invalid(what, topic, `has ${bytes} bytes; the module takes up to ${TOPIC_BYTES}`);
}

function invalid(what: string, topic: string, finding: string): LinkError {
  const shown = topic.length > 60 ? `${topic.slice(0, 60)}…` : topic;
  return new LinkError('TOPIC_INVALID', `The ${what} ${JSON.stringify(shown)} ${finding}.`);
}
