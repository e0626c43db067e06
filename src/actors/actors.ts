import { fromCallback, fromPromise } from 'xstate';
import { supervisorMachine, type ActorInput, type LinkCommand } from '../../machines/index.js';
import { hostOf } from './host.js';
import { ModemLink } from './modem-link.js';

/**
 * The link as the chart invokes it. Never an async function: xstate would not catch its rejection. Everything is
 * reported with sendBack, in wire order.
 */
const link = fromCallback<LinkCommand, ActorInput>(({ input, receive, sendBack }) => {
  const host = hostOf(input);
  const modem = new ModemLink(host, (event) => {
    if (!host.ended.aborted) sendBack(event);
  });
  const dispose = (): void => modem.dispose();
  host.ended.addEventListener('abort', dispose, { once: true });
  host.onLink(modem);
  receive((command) => modem.handle(command));
  return () => {
    host.ended.removeEventListener('abort', dispose);
    modem.dispose();
  };
});

const pulseReset = fromPromise<undefined, ActorInput>(async ({ input, signal }) => {
  const host = hostOf(input);
  await host.reset(AbortSignal.any([signal, host.ended]));
  return undefined;
});

const cyclePower = fromPromise<undefined, ActorInput>(async ({ input, signal }) => {
  const host = hostOf(input);
  await host.power(AbortSignal.any([signal, host.ended]));
  return undefined;
});

/** The chart with its real actors. Provided once for all supervisors: each `provide()` rebuilds the whole chart. */
export const liveMachine = supervisorMachine.provide({ actors: { link, pulseReset, cyclePower } });
