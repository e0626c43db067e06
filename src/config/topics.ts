import { z } from 'zod';
import { fits, hasControls, mustBe } from './fields.js';

/** Topics and filters hold at most 256 bytes (AT manual, MSUB, MPUB and MCONFIG). */
const TOPIC_MAX_BYTES = 256;

/** A topic to publish to: no wildcards. */
export function topicName(): z.ZodString {
  return topicText(
    `a topic of 1 to ${TOPIC_MAX_BYTES} bytes without wildcards, quotes or control characters`,
  ).refine((topic) => !/[+#]/.test(topic), { error: 'must be a topic without the wildcards + and #' });
}

/** A filter to subscribe to: `+` stands for one whole level, `#` for all that follow and only at the end. */
export function topicFilter(): z.ZodString {
  return topicText(
    `a topic filter of 1 to ${TOPIC_MAX_BYTES} bytes without quotes or control characters`,
  ).refine(hasWildcardsInPlace, {
    error: 'must be a topic filter in which + is a whole level and # is the whole last level',
  });
}

function topicText(what: string): z.ZodString {
  const allowed = mustBe(what);
  return z
    .string(allowed)
    .refine((topic) => fits(topic, 1, TOPIC_MAX_BYTES) && !topic.includes('"') && !hasControls(topic), {
      ...allowed,
      abort: true,
    });
}

function hasWildcardsInPlace(filter: string): boolean {
  const levels = filter.split('/');
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1;
    return level === '+' || !/[+#]/.test(level);
  });
}
