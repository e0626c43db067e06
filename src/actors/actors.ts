import { fromCallback, fromPromise } from 'xstate';
import { supervisorMachine, type ActorInput, type LinkCommand } from '../../machines/index.js';
import { LinkError } from '../errors/link-error.js';
import { hostOf, type LinkHost } from './host.js';
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
  await drive(host, 'reset', signal);
  return undefined;
});

const cyclePower = fromPromise<undefined, ActorInput>(async ({ input, signal }) => {
  const host = hostOf(input);
  await drive(host, 'power', signal);
  return undefined;
});

/** The chart goes on after a failed driver; a person must hear of it, or the module stays dead for want of a program. */
async function drive(host: LinkHost, name: 'reset' | 'power', signal: AbortSignal): Promise<void> {
  try {
    await host[name](AbortSignal.any([signal, host.ended]));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    host.log.error({ driver: name, reason }, 'the driver failed');
    host.onProblem(new LinkError('INTERNAL', `The ${name} driver failed: ${reason}`));
    throw error;
  }
}

/** The chart with its real actors. Provided once for all supervisors: each `provide()` rebuilds the whole chart. */
export const liveMachine = supervisorMachine.provide({ actors: { link, pulseReset, cyclePower } });
