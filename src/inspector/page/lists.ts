import type { Story } from '../story/story.js';
import { byId, clock, element } from './dom.js';

const SHOWN = 120;

/** The lists at the side, newest first. */
export function showLists(story: Story): void {
  show('timeline', story.timeline, ({ at, status, path, event, code }) => {
    const text = element('span');
    text.dataset['status'] = status;
    text.append(element('b', path), element('span', ` ← ${event} `, 'why'));
    if (code !== undefined) text.append(element('span', code, 'code'));
    return [at, text];
  });
  show('log', story.log, ({ at, text }) => [at, element('span', text)]);
  show('wire', story.wire, ({ at, direction, text }) => [
    at,
    element('span', `${direction === 'host' ? '>' : '<'} ${text}`, direction),
  ]);
}

const drawn = new Map<string, unknown>();

function show<Entry>(
  id: string,
  entries: readonly Entry[],
  draw: (entry: Entry) => [number, HTMLElement],
): void {
  const newest = entries.at(-1);
  const list = byId(id);
  if (drawn.get(id) === newest && list.childElementCount > 0) return;
  drawn.set(id, newest);
  list.replaceChildren(
    ...entries
      .slice(-SHOWN)
      .reverse()
      .map((entry) => {
        const [at, content] = draw(entry);
        const item = element('li');
        item.append(element('time', clock(at)), content);
        return item;
      }),
  );
}
