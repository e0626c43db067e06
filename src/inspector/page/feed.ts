import type { Observation } from '../../observer.js';
import type { Story } from '../story/story.js';

export interface Greeting {
  readonly run: string;
  readonly mode: 'live' | 'replay';
  readonly actions: readonly { readonly name: string; readonly label: string; readonly group: string }[];
}

export interface FeedListener {
  greeting(greeting: Greeting): void;
  /** The whole story so far: what is not kept any more, and everything since. */
  story(base: Story, observations: readonly Observation[]): void;
  observations(observations: readonly Observation[]): void;
  connected(is: boolean): void;
}

/** What the server tells. The browser comes back by itself after a break and says what it saw last. */
export function openFeed(listener: FeedListener): void {
  const source = new EventSource('/events');
  const on = (name: string, take: (data: unknown) => void): void => {
    source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data)));
  };
  on('greeting', (data) => listener.greeting(data as Greeting));
  on('story', (data) => {
    const { base, observations } = data as { base: Story; observations: readonly Observation[] };
    listener.story(base, observations);
  });
  on('observations', (data) => listener.observations(data as readonly Observation[]));
  source.addEventListener('open', () => listener.connected(true));
  source.addEventListener('error', () => listener.connected(false));
}
