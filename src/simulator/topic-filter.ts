/** Whether an MQTT topic filter with `+` and `#` covers a topic (MQTT 3.1.1, section 4.7). */
export function filterCovers(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const levels = topic.split('/');
  const parts = filter.split('/');
  for (const [index, part] of parts.entries()) {
    if (part === '#') return true;
    const level = levels[index];
    if (level === undefined || (part !== '+' && part !== level)) return false;
  }
  return parts.length === levels.length;
}
