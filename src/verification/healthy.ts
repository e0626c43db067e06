import { cardNeedsPerson, moduleNeedsPerson, type Cause } from '../../machines/index.js';
import type { Product } from './product.js';
import { isSubscribed } from './properties.js';

/** A part of the product in which a healthy world can stay for ever without the link coming up. */
export interface Astray {
  /** The state of the part that is reached first. */
  readonly state: number;
  /** The whole part; a single state has no step at all. */
  readonly part: readonly number[];
}

/** Subscribed, and truly so. */
export function isOnline(product: Product, state: number): boolean {
  const env = product.environment(state);
  return (
    isSubscribed(product.chart(state)) && env.session === 'mqtt' && env.subscribed && env.module === 'on'
  );
}

/** A person is waited for, and it is one who is needed. */
export function awaitsPerson(product: Product, state: number): boolean {
  const { path, snapshot } = product.chart(state);
  if (path !== 'needsAttention') return false;
  const { cause } = snapshot.context;
  const env = product.environment(state);
  return cause !== undefined && ofCard.has(cause)
    ? cardNeedsPerson(env)
    : moduleNeedsPerson(product.world, env);
}

const ofCard: ReadonlySet<Cause> = new Set<Cause>(['SIM_PIN_REQUIRED', 'SIM_PIN_WRONG', 'SIM_BLOCKED']);

/**
 * Looks for runs of a healthy world that never get anywhere: from every state that can be reached, no fault any more,
 * what is on its way comes in good time (time passes only when nothing else is due), and what can always happen does
 * happen in the end. Every such run must lead online, to a person who is really needed, or to where the host stopped it.
 */
export function findAstray(product: Product): Astray | undefined {
  const isGoal = (state: number): boolean =>
    isOnline(product, state) || awaitsPerson(product, state) || product.chart(state).path === 'stopped';
  const healthySteps = (state: number): (readonly [label: number, target: number])[] => {
    const steps = [...product.stepsFrom(state)];
    const isDue = steps.some(([label]) => comesByItself(product, label));
    return steps.filter(([label]) => {
      const { kind } = product.label(label);
      if (kind === 'time') return !isDue;
      return kind === 'chance' || comesByItself(product, label) || isRefill(product, label);
    });
  };
  for (const part of components(product.states, isGoal, healthySteps)) {
    const inside = new Set(part);
    const first = Math.min(...part);
    if (part.length === 1) {
      if (healthySteps(first).length === 0) return { state: first, part };
      continue;
    }
    if (!hasFairExit(product, part, inside, healthySteps)) return { state: first, part };
  }
  return undefined;
}

/** The first state from which nothing at all, not even a person, leads online. */
export function findDeadEnd(product: Product): number | undefined {
  const sources: number[][] = Array.from({ length: product.states }, () => []);
  const reached = new Uint8Array(product.states);
  const open: number[] = [];
  for (let state = 0; state < product.states; state += 1) {
    for (const [, target] of product.stepsFrom(state)) sources[target]?.push(state);
    if (isOnline(product, state)) {
      reached[state] = 1;
      open.push(state);
    }
  }
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const source of sources[state] ?? []) {
      if (reached[source] === 1) continue;
      reached[source] = 1;
      open.push(source);
    }
  }
  const dead = reached.indexOf(0);
  return dead === -1 ? undefined : dead;
}

/** Something can happen in every state of the part, and no run that stays inside lets it happen: none stays for ever. */
function hasFairExit(
  product: Product,
  part: readonly number[],
  inside: ReadonlySet<number>,
  healthySteps: (state: number) => (readonly [label: number, target: number])[],
): boolean {
  let always: Set<number> | undefined;
  const taken = new Set<number>();
  for (const state of part) {
    const labels = new Set<number>();
    for (const [label, target] of healthySteps(state)) {
      if (!comesByItself(product, label) && !isRefill(product, label)) continue;
      labels.add(label);
      if (inside.has(target)) taken.add(label);
    }
    always = always === undefined ? labels : new Set([...always].filter((label) => labels.has(label)));
  }
  return [...(always ?? [])].some((label) => !taken.has(label));
}

function comesByItself(product: Product, label: number): boolean {
  const { kind } = product.label(label);
  return kind === 'course' || kind === 'cure';
}

function isRefill(product: Product, label: number): boolean {
  return product.label(label).says.some((text) => text.includes('RADIO TOKEN'));
}

/** Strongly connected components of what is not a goal (Tarjan's algorithm, without recursion). */
function* components(
  count: number,
  isGoal: (state: number) => boolean,
  stepsFrom: (state: number) => (readonly [label: number, target: number])[],
): Generator<readonly number[]> {
  const goal = Uint8Array.from({ length: count }, (_, state) => (isGoal(state) ? 1 : 0));
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  let next = 0;
  for (let root = 0; root < count; root += 1) {
    if (goal[root] === 1 || index[root] !== -1) continue;
    const calls: { state: number; targets: number[]; done: number }[] = [];
    const enter = (state: number): void => {
      index[state] = next;
      low[state] = next;
      next += 1;
      stack.push(state);
      onStack[state] = 1;
      const targets = stepsFrom(state).map(([, target]) => target);
      calls.push({ state, targets: targets.filter((target) => goal[target] === 0), done: 0 });
    };
    enter(root);
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { state, targets } = call;
      const target = targets[call.done];
      if (target !== undefined) {
        call.done += 1;
        if (index[target] === -1) enter(target);
        else if (onStack[target] === 1) low[state] = Math.min(low[state] ?? 0, index[target] ?? 0);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.state;
      if (caller !== undefined) low[caller] = Math.min(low[caller] ?? 0, low[state] ?? 0);
      if (low[state] !== index[state]) continue;
      const part: number[] = [];
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack[member] = 0;
        part.push(member);
        if (member === state) break;
      }
      yield part;
    }
  }
}
