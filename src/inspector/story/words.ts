import type { RunningTimer } from '../../observer.js';
import { heardWords } from './heard.js';
import type { Story } from './story.js';

/** The page's first three sentences, and the terminal's: where the link is, why it left online last, what comes next. */
export interface Words {
  readonly state: string;
  readonly loss: string;
  readonly next: string;
}

export function wordsOf(story: Story, now: number): Words {
  return { state: stateWords(story, now), loss: lossWords(story, now), next: nextWords(story, now) };
}

function stateWords({ state, statusSince, stateSince, lastWord }: Story, now: number): string {
  if (state === undefined) return 'Nothing is known yet.';
  const forLong = duration(now - statusSince);
  const heard = lastWord === undefined ? '' : `, last heard: ${heardWords(lastWord)}`;
  switch (state.status) {
    case 'online':
      return `Online for ${forLong}: the MQTT session is up and messages flow.`;
    case 'stopped':
      return state.path === 'stopped'
        ? 'Stopped: nothing is supervised.'
        : 'Stopping: the session is being closed cleanly.';
    case 'connecting':
      return `Connecting for the first time, ${forLong} so far: ${stateName(state.path)} since ${duration(now - stateSince)}${heard}.`;
    case 'recovering':
      return `Offline for ${forLong}, recovering: ${stateName(state.path)} since ${duration(now - stateSince)}${heard}.`;
    case 'needs-attention':
      return `A person is needed, since ${forLong}. ${state.cause?.hint ?? ''}`.trim();
  }
}

function lossWords({ lastLoss, state }: Story, now: number): string {
  if (lastLoss === undefined) {
    if (state?.cause !== undefined) return `Not yet online. ${state.cause.hint} (${state.cause.code})`;
    return 'It has not left online since this view began.';
  }
  const { at, event, code, hint, found, backAt } = lastLoss;
  const when = `${duration(now - at)} ago`;
  const why = hint === undefined ? `It left at ${event}.` : `${hint} (${code ?? event})`;
  const back = backAt === undefined ? '' : ` It was back after ${duration(backAt - at)}.`;
  const then = found === undefined ? '' : ` Then it was found: ${found.hint} (${found.code})`;
  return `It left online ${when}, at ${event}: ${why}${then}${back}`;
}

function nextWords({ state }: Story, now: number): string {
  if (state === undefined) return 'Waiting for the first word of the link.';
  const [timer] = state.timers;
  switch (state.status) {
    case 'stopped':
      return state.path === 'stopped' ? 'Nothing, until it is started.' : 'The port is given free.';
    case 'online': {
      const check = state.timers.find(({ event }) => event === 'after heartbeat');
      const ask =
        check === undefined ? '' : ` If the line stays quiet, the module is asked ${inTime(check, now)}.`;
      return `It stays so.${ask}`;
    }
    case 'needs-attention':
      return timer === undefined
        ? 'Nothing is tried until a person acts: trying again could make it worse. Then press "Try again now".'
        : `It tries again by itself ${inTime(timer, now)}; "Try again now" does so at once.`;
    case 'connecting':
    case 'recovering':
      if (timer === undefined) return 'The answer of the module decides.';
      if (state.path === 'recovering.waiting')
        return `It tries again ${inTime(timer, now)}, from ${stateName(timer.target ?? state.path)} on${rungWords(state.rung, state.failures)}.`;
      if (timer.target?.startsWith('recovering') === true && !state.path.startsWith('recovering'))
        return `The module's answer leads on; without one it is given up ${inTime(timer, now)}, and the ladder takes over.`;
      if (timer.target === undefined) return `It waits; something happens ${inTime(timer, now)}.`;
      return `The module's answer leads on; without one it goes to ${stateName(timer.target)} ${inTime(timer, now)}.`;
  }
}

function rungWords(rung: string, failures: number): string {
  return ` (rung "${rung}", failure ${failures} in a row)`;
}

function inTime({ dueAt }: RunningTimer, now: number): string {
  const left = dueAt - now;
  return left < 1_000 ? 'now' : `in ${duration(left)}`;
}

const shouted: Readonly<Record<string, string>> = { mqtt: 'MQTT', tcp: 'TCP', sim: 'SIM', apn: 'APN' };

/** `recovering.closingTcp` as people say it: "closing TCP". */
export function stateName(path: string): string {
  const names = path.split('.');
  // "asking", "pausing" alone say too little.
  const shown = names[0] === 'recovering' && names.length > 1 ? names.slice(1) : names;
  return shown
    .map((name) =>
      name
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .split(' ')
        .map((word) => shouted[word.toLowerCase()] ?? word.toLowerCase())
        .join(' '),
    )
    .join(', ');
}

/** A length of time in one or two units. */
export function duration(ms: number): string {
  const seconds = Math.max(ms, 0) / 1_000;
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
