import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createCommands } from '../../src/air/commands/index.js';
import { decodeTopic } from '../../src/air/topic.js';
import { readUrc } from '../../src/air/urcs.js';
import { airGrammar } from '../../src/air/wire-grammar.js';
import { AtChannel } from '../../src/at/channel.js';
import type { AtCommand, OutcomeGrammar } from '../../src/at/command.js';
import { VirtualClock } from '../../src/clock/virtual.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const air = createCommands();

/** What may follow the OK of a command, as the dialect says for commands of that name. */
const outcomes: Readonly<Record<string, OutcomeGrammar | undefined>> = {
  MIPSTART: air.tcpConnect({ host: 'h', port: 1, tls: false }).outcome,
  SSLMIPSTART: air.tcpConnect({ host: 'h', port: 1, tls: true }).outcome,
  MCONNECT: air.mqttConnect({ clean: true, keepalive: 1 }).outcome,
  MSUB: air.subscribe('t', 0).outcome,
  MUNSUB: air.unsubscribe('t').outcome,
};

/** A command as it stands in a capture. */
function captured(text: string): AtCommand<true> {
  const name = /^AT[+*]?(\w*)/.exec(text)?.[1] ?? '';
  const qos = name.startsWith('MPUB') ? /",(\d)/.exec(text)?.[1] : undefined;
  const outcome =
    qos === undefined
      ? outcomes[name]
      : air.publishInline({ topic: 't', qos: Number(qos) as 0 | 1 | 2, retain: false }, 'x').outcome;
  return {
    name,
    text,
    display: text,
    information: /^\+(?!MSUB|CME)/,
    timeoutMs: 9_000,
    ...(outcome !== undefined && { outcome }),
    parse: () => true,
  };
}

/** Plays a capture through the channel, the module's side cut into pieces of `size` bytes. */
async function replay(lines: readonly string[], size: number): Promise<string[]> {
  const clock = new VirtualClock();
  const events: string[] = [];
  const channel = new AtChannel({
    clock,
    grammar: airGrammar(),
    write: () => undefined,
    classify: (line, awaiting) => (readUrc(line, awaiting) === undefined ? 'other' : 'urc'),
    onUrc: (line) => {
      const kind = readUrc(line)?.kind;
      if (kind !== 'noise') events.push(`urc ${kind ?? 'unknown'}`);
    },
    onPayload: (item) => {
      if (item.kind === 'payload') {
        events.push(`message ${decodeTopic(item.header.topic)} ${item.payload.length}`);
      }
    },
    onUnresponsive: () => events.push('unresponsive'),
  });
  const say = (said: readonly string[]): void => {
    const bytes = Buffer.from(said.map((line) => `\r\n${line}`).join('') + '\r\n', 'latin1');
    for (let at = 0; at < bytes.length; at += size) channel.receive(bytes.subarray(at, at + size));
  };
  let said: string[] = [];
  const flush = (): void => {
    if (said.length > 0) say(said);
    said = [];
  };
  for (const line of lines) {
    if (line.startsWith('< ')) said.push(line.slice(2));
    else if (line.startsWith('> ')) {
      flush();
      channel.run(captured(line.slice(2)), (result) => {
        if (result.kind === 'done')
          events.push(`done${result.outcome === undefined ? '' : ` ${result.outcome}`}`);
        else events.push(result.kind === 'refused' ? `refused ${result.line}` : result.kind);
      });
    }
  }
  flush();
  await clock.advance(100);
  channel.close();
  return events;
}

const files = readdirSync(here).filter((name) => name.endsWith('.txt'));

describe('captures give what they say, in pieces of any size', () => {
  test.each(files)('%s', async (name) => {
    const lines = readFileSync(path.join(here, name), 'utf8').split('\n');
    const expected = lines.filter((line) => line.startsWith('= ')).map((line) => line.slice(2));
    for (const size of [1, 2, 3, 5, 7, 64, 4_096]) {
      await expect(replay(lines, size)).resolves.toEqual(expected);
    }
  });
});
