import type { Greeting } from './feed.js';
import { byId, element } from './dom.js';

const TOKEN_KEY = 'luat-link token';

/** The token comes behind the # of the address, which no server and no Referer ever sees, and goes from there at once. */
export function takeToken(): string | undefined {
  const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (token !== undefined) {
    sessionStorage.setItem(TOKEN_KEY, token);
    history.replaceState(undefined, '', location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}

/** Buttons for what may be done, under their headings. Without the token they are shown, and say what is missing. */
export function showActions(actions: Greeting['actions'], token: string | undefined): void {
  const place = byId('actions');
  place.hidden = actions.length === 0;
  place.replaceChildren();
  const said = element('output');
  said.setAttribute('role', 'status');
  let heading = '';
  for (const { name, label, group } of actions) {
    if (group !== heading) place.append(element('h2', group));
    heading = group;
    const button = element('button', label) as HTMLButtonElement;
    button.type = 'button';
    button.dataset['action'] = name;
    button.disabled = token === undefined;
    button.addEventListener('click', () => {
      said.textContent = `${label} …`;
      void act(name, token ?? '').then((answer) => {
        said.textContent = `${label}: ${answer}`;
      });
    });
    place.append(button);
  }
  if (token === undefined) said.textContent = 'To act, open the address with its token, as it was printed.';
  place.append(said);
}

async function act(name: string, token: string): Promise<string> {
  try {
    const response = await fetch(`/act/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    return await response.text();
  } catch {
    return 'the link does not answer';
  }
}
