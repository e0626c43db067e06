import type { MqttClient } from 'mqtt';
import { parseOptions } from '../../config/schema.js';
import { Supervisor } from '../../supervisor.js';
import { createLogger } from '../../telemetry/logger.js';
import type { CliContext } from '../context.js';
import { setStage, type Stage } from '../demo/stage.js';
import { Story } from '../demo/story.js';
import { exitCode, type ExitCode } from '../exit-codes.js';

/** Payloads that trip drivers up: quotes, line ends, another result, UTF-8, NUL and Ctrl-Z. */
const awkward = ['{"t": 21.5}', 'first line\r\nOK\r\nCLOSED\r\n', 'Grüße, 世界 \0 \u001a'] as const;

/**
 * The main job before the user's eyes, without hardware. Exits 0 only if everything it shows really happened: what is
 * published counts when an independent client at the broker has it, byte for byte.
 */
export async function demo({ json }: { readonly json: boolean }, context: CliContext): Promise<ExitCode> {
  const { clock, stdout, colours } = context;
  const story = new Story(stdout, clock, { colours, silent: json });
  const stage = await setStage(clock);
  const arrived = collect(stage.observer);
  const supervisor = makeSupervisor(stage, story, context);
  const online = nextOnline(supervisor);

  story.say(
    'luat-link demo: a software modem (Air780EP) and a broker on this machine, and the supervisor between them.',
  );
  story.say(
    `The line: ${stage.port}. Lines with > and < are what supervisor and modem really say to each other.`,
  );
  try {
    await story.chapter('Connect', 30_000, async () => {
      const up = online();
      await supervisor.start();
      await up;
      return 'SIM, network, bearer, TCP, MQTT and subscription are up';
    });

    await story.chapter('Publish with QoS 0, 1 and 2', 10_000, async () => {
      for (const [qos, text] of awkward.entries()) {
        await publish(supervisor, 'demo/data', text, qos as 0 | 1 | 2);
        await arrived('demo/data', text);
      }
      return '3 of 3 messages arrived at the broker byte for byte: quotes, line ends, UTF-8, NUL and Ctrl-Z included';
    });

    await story.chapter('Receive', 10_000, async () => {
      const received = nextMessage(supervisor);
      await stage.observer.publishAsync('cmd/demo', awkward[1], { qos: 1 });
      const text = await received;
      if (text !== awkward[1]) throw new Error('the message came, but not as it was sent');
      return 'a message that contains "OK" and "CLOSED" came whole and was not taken for them';
    });

    await story.chapter('The server closes the connection (CLOSED)', 20_000, async () => {
      const back = online();
      await fault(stage, story, 'closed');
      await back;
      await publish(supervisor, 'demo/data', 'after CLOSED', 1);
      await arrived('demo/data', 'after CLOSED');
      return 'MIPCLOSE, MCONFIG, MIPSTART, MCONNECT: online again, and publishing';
    });

    await story.chapter('The network takes the bearer away (DEACT)', 20_000, async () => {
      const back = online();
      await fault(stage, story, 'deact cgev-nw');
      await back;
      await publish(supervisor, 'demo/data', 'after DEACT', 1);
      await arrived('demo/data', 'after DEACT');
      return 'MIPCLOSE, SAPBR=0,1, a new bearer, MQTT: online again, and publishing';
    });

    await story.chapter('The modem hangs: only its RESET pin helps', 30_000, async () => {
      const back = online();
      await fault(stage, story, 'hang');
      const { delivered } = await supervisor.publish('demo/data', 'accepted while it hung', { qos: 1 });
      await back;
      await delivered;
      await arrived('demo/data', 'accepted while it hung');
      return 'noticed, RESET pulsed, online again; the message accepted meanwhile arrived';
    });

    await story.chapter('Stop', 10_000, async () => {
      await supervisor.stop();
      if (supervisor.status().status !== 'stopped') throw new Error('it did not stop');
      return 'MDISCONNECT, MIPCLOSE, the port is free';
    });
  } finally {
    await supervisor.stop();
    await stage.close();
  }

  const ok = story.chapters.every((chapter) => chapter.ok);
  if (json) stdout.write(`${JSON.stringify({ ok, seconds: story.seconds, chapters: story.chapters })}\n`);
  story.summary();
  story.say(
    ok
      ? closingWords(story)
      : 'Something above did not happen as it should: this is a defect, please report it.',
  );
  return ok ? exitCode.done : exitCode.internal;
}

function closingWords(story: Story): string {
  return [
    `All of it in ${story.seconds.toFixed(1)} s, nobody touched anything. 3 faults, 3 recoveries, no message lost.`,
    'Next: connect a real module and write a configuration; README.md shows both in five steps.',
  ].join('\n');
}

/** Short times, so that the demo is short; the defaults are in docs/example.config.yaml. */
function makeSupervisor(stage: Stage, story: Story, { clock }: CliContext): Supervisor {
  const config = parseOptions({
    port: stage.openTransport === undefined ? stage.port : '/dev/null',
    broker: { url: stage.brokerUrl, clientId: 'demo-meter' },
    subscriptions: [{ topic: 'cmd/#', qos: 1 }],
    recovery: { heartbeatMs: 1_500, commandTimeoutMs: 1_000, backoff: { minMs: 100, maxMs: 1_000 } },
    log: { level: 'info', trace: true },
    reset: async () => {
      story.say('   RESET pin pulled low for 600 ms');
      await act(stage, 'reset 600');
    },
  });
  // The log's trace has secrets masked and is what the story shows of the wire.
  const logger = createLogger({
    level: 'info',
    destination: {
      write: (line: string) => {
        const { direction, text } = JSON.parse(line) as { direction?: 'host' | 'module'; text?: string };
        if (direction !== undefined && text !== undefined) story.wire(direction, text);
      },
    },
  });
  const supervisor = new Supervisor(config, {
    clock,
    logger,
    ...(stage.openTransport !== undefined && { openTransport: stage.openTransport }),
  });
  supervisor.on('state', ({ status, path, cause }) => {
    story.state(cause === undefined ? `${status}: ${path}` : `${status}: ${path} (${cause.code})`);
  });
  return supervisor;
}

async function fault(stage: Stage, story: Story, command: string): Promise<void> {
  story.say(`   fault: ${command}`);
  await act(stage, command);
}

async function act(stage: Stage, command: string): Promise<void> {
  const answer = await stage.modem(command);
  if (answer !== 'ok') throw new Error(`the software modem says ${answer}`);
}

async function publish(supervisor: Supervisor, topic: string, text: string, qos: 0 | 1 | 2): Promise<void> {
  const { delivered } = await supervisor.publish(topic, text, { qos });
  await delivered;
}

/** The next time that the link comes online; asked for before what takes it down. */
function nextOnline(supervisor: Supervisor): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      let previous = supervisor.status().status;
      const look = ({ status }: { status: typeof previous }): void => {
        if (status === 'online' && previous !== 'online') {
          supervisor.off('state', look);
          resolve();
        }
        previous = status;
      };
      supervisor.on('state', look);
    });
}

function nextMessage(supervisor: Supervisor): Promise<string> {
  return new Promise((resolve) => {
    const take = ({ payload }: { payload: Buffer }): void => {
      supervisor.off('message', take);
      resolve(payload.toString());
    };
    supervisor.on('message', take);
  });
}

/** What the observer got; the answer resolves when a message is among it. */
function collect(observer: MqttClient): (topic: string, text: string) => Promise<void> {
  const got: { topic: string; text: string }[] = [];
  const waiting = new Set<() => void>();
  observer.on('message', (topic, payload) => {
    got.push({ topic, text: payload.toString() });
    for (const look of waiting) look();
  });
  return (topic, text) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!got.some((message) => message.topic === topic && message.text === text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
}
