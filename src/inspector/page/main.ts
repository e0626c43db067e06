import { onlineTime, type Story } from '../story/story.js';
import { duration, wordsOf } from '../story/words.js';
import { showActions, takeToken } from './actions.js';
import { ChartView } from './chart.js';
import { byId, setText } from './dom.js';
import { openFeed } from './feed.js';
import { spark } from './graphs.js';
import { showLists } from './lists.js';
import { Playback } from './playback.js';
import { Run } from './run.js';
import { chooseTheme } from './theme.js';

chooseTheme();
const token = takeToken();
const run = new Run();
const chart = new ChartView();
const playback = new Playback(run, changed);
let isReplay = false;
let waiting = false;

openFeed({
  greeting({ mode, actions }) {
    isReplay = mode === 'replay';
    document.body.dataset['mode'] = mode;
    byId('live').hidden = isReplay;
    setText('feed', isReplay ? 'recorded run' : 'live');
    showActions(actions, token);
  },
  story(base, observations) {
    if (playback.showsFile) return;
    run.begin(base, observations);
    if (isReplay) playback.rewind();
    changed();
  },
  observations(observations) {
    if (playback.showsFile) return;
    run.add(observations);
    changed();
  },
  connected(is) {
    byId('feed').dataset['ok'] = is ? 'yes' : 'no';
    // The greeting says what it is.
    if (!is) setText('feed', 'no connection: what you see is old');
  },
});
// Words with times in them grow old without any event.
setInterval(changed, 1_000);

/** Draws once a frame, however much happens. */
function changed(): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw();
  });
}

function draw(): void {
  const { story } = run;
  const isNow = run.following && !isReplay && !playback.showsFile;
  const now = isNow ? Math.max(Date.now(), story.at) : story.at;
  showWords(story, now);
  showFigures(story, now);
  chart.show(story);
  showLists(story);
  playback.show();
}

function showWords(story: Story, now: number): void {
  const words = wordsOf(story, now);
  const status = story.state?.status ?? 'unknown';
  byId('top').dataset['status'] = status;
  setText('status', status);
  document.title = `${status} · luat-link`;
  setText('words-state', words.state);
  setText('words-loss', words.loss);
  setText('words-next', words.next);
}

function showFigures(story: Story, now: number): void {
  const { state, messages, signal, queue, startedAt } = story;
  const online = onlineTime(story, now);
  const whole = startedAt === undefined ? 0 : now - startedAt;
  const share = whole > 0 ? ` · ${((100 * online) / whole).toFixed(online === whole ? 0 : 1)} %` : '';
  setText('figure-online', `${duration(online)}${share}`);
  setText('figure-recoveries', String(state?.recoveries ?? 0));
  setText(
    'figure-rung',
    state === undefined || state.failures === 0 ? 'at rest' : `${state.rung} · ${state.failures} failed`,
  );
  setText('figure-out', `${messages.delivered} · ${messages.failed}`);
  setText('figure-in', String(messages.received));
  setText('figure-module', story.module ?? '–');
  const waiting = queue.at(-1)?.value ?? 0;
  const dBm = signal.at(-1)?.value;
  setText('signal-now', dBm === undefined ? 'not asked yet' : `${dBm} dBm`);
  setText('queue-now', String(waiting));
  spark('signal-graph', signal, now, -115, -50);
  spark('queue-graph', queue, now, 0, Math.max(4, ...queue.map(({ value }) => value)));
}
