import { profileOf, type ModuleProfile } from '../air/profiles.js';
import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import type { TransportFactory } from '../transport/transport.js';
import { quickResync, usualRates } from './answering.js';
import { Conversation } from './conversation.js';

/** What a port said when it was asked. */
export type ProbeResult =
  | {
      readonly kind: 'luat';
      readonly baudRate: number;
      readonly identity: string;
      readonly family: ModuleProfile['id'];
    }
  /** It answers AT, but is no Luat module by its firmware's name. */
  | { readonly kind: 'modem'; readonly baudRate: number; readonly identity?: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unusable'; readonly reason: string };

/** On USB the rate means nothing; on a UART these two are what modules come with. */
const probeRates = usualRates.slice(0, 2);

const luatName = /^AirM2M|_LTE_AT$/i;

/** Asks a port for AT, then for who it is. Whatever is behind it gets to read `AT` a few times. */
export async function probe(
  clock: Clock,
  connect: (baudRate: number) => TransportFactory,
): Promise<ProbeResult> {
  for (const baudRate of probeRates) {
    const line = new Conversation({
      clock,
      connect: connect(baudRate),
      commandTimeoutMs: 1_000,
      resync: quickResync,
    });
    try {
      await line.open();
      if (await line.synchronize()) return await identified(line, baudRate);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      return { kind: 'unusable', reason: error.message };
    } finally {
      await line.close();
    }
  }
  return { kind: 'silent' };
}

async function identified(line: Conversation, baudRate: number): Promise<ProbeResult> {
  const first = await line.ask(line.commands.identify());
  const second = first.kind === 'done' ? first : await line.ask(line.commands.firmware());
  if (second.kind !== 'done') return { kind: 'modem', baudRate };
  const identity = second.answer;
  const { id } = profileOf(identity);
  return id !== 'unknown' || luatName.test(identity)
    ? { kind: 'luat', baudRate, identity, family: id }
    : { kind: 'modem', baudRate, identity };
}
