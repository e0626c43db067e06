import { parseOptions } from '../../config/schema.js';
import { Supervisor } from '../../supervisor.js';
import { createLogger } from '../../telemetry/logger.js';
import type { CliContext } from '../context.js';
import { demoInspector } from '../demo/inspect.js';
import { Ledger } from '../demo/ledger.js';
import { setStage, type Stage } from '../demo/stage.js';
import { Story } from '../demo/story.js';
import { exitCode, type ExitCode } from '../exit-codes.js';
import { interrupted } from '../interrupt.js';
import { recordTo } from '../recorder.js';

const CHATTER_MS = 4_000;

/** Payloads that trip drivers up: quotes, line ends, another result, UTF-8, NUL and Ctrl-Z. */
const awkward = ['{"t": 21.5}', 'first line\r\nOK\r\nCLOSED\r\n', 'Grüße, 世界 \0 \u001a'] as const;

export interface DemoOptions {
  /** One JSON object instead of the story. */
  readonly json: boolean;
  /** A live view on this port of 127.0.0.1; the demo then goes on until it is interrupted. */
  readonly inspect?: number;
  /** Where the run is recorded. */
  readonly record?: string;
}

/**
 * The main job before the user's eyes, without hardware. Exits 0 only if everything it shows really happened: what is
 * published counts when an independent client at the broker has it, byte for byte.
 */
export async function demo(options: DemoOptions, context: CliContext): Promise<ExitCode> {
  const { json } = options;
  const { clock, stdout, colours } = context;
  const story = new Story(stdout, clock, { colours, silent: json });
  const stage = await setStage(clock);
  const supervisor = makeSupervisor(stage, story, context);
  const recorder = options.record === undefined ? undefined : recordTo(options.record, supervisor, context);
  const inspector =
    options.inspect === undefined ? undefined : demoInspector(options.inspect, stage, supervisor, context);
  if (inspector !== undefined) {
    supervisor.observe(inspector.observer);
    await inspector.listen();
    (json ? context.stderr : stdout).write(`Watch it: ${inspector.operatorUrl}\n\n`);
  }
  const ledger = new Ledger(supervisor, stage.observer);
  const recoveries: Recovery[] = [];
  /** Strikes, waits until the link is back, and notes how long it was away. */
  const survive = async (fault: string, meanwhile = async (): Promise<void> => Promise.resolve()) => {
    const back = nextOnline(supervisor);
    const start = clock.now();
    story.say(`   fault: ${fault}`);
    await act(stage, fault);
    await meanwhile();
    await back;
    recoveries.push({ fault, ms: Math.round(clock.now() - start) });
  };

  story.say(
    'luat-link demo: a software modem (Air780EP) and a broker on this machine, and the supervisor between them.',
  );
  story.say(
    `The line: ${stage.port}. Lines with > and < are what supervisor and modem really say to each other.`,
  );
  try {
    await story.chapter('Connect', 30_000, async () => {
      const up = nextOnline(supervisor);
      await supervisor.start();
      await up;
      return 'SIM, network, bearer, TCP, MQTT and subscription are up';
    });

    await story.chapter('Publish with QoS 0, 1 and 2', 10_000, async () => {
      for (const [qos, text] of awkward.entries()) {
        await (
          await ledger.publish('demo/data', text, qos as 0 | 1 | 2)
        ).arrival;
      }
      return '3 of 3 messages arrived at the broker byte for byte: quotes, line ends, UTF-8, NUL and Ctrl-Z included';
    });

    await story.chapter('Receive', 10_000, async () => {
      await ledger.send('cmd/demo', awkward[1]);
      return 'a message that contains "OK" and "CLOSED" came whole and was not taken for them';
    });

    await story.chapter('The server closes the connection (CLOSED)', 20_000, async () => {
      await survive('closed');
      await (
        await ledger.publish('demo/data', 'after CLOSED', 1)
      ).arrival;
      return 'MIPCLOSE, MCONFIG, MIPSTART, MCONNECT: online again, and publishing';
    });

    await story.chapter('The network takes the bearer away (DEACT)', 20_000, async () => {
      await survive('deact cgev-nw');
      await (
        await ledger.publish('demo/data', 'after DEACT', 1)
      ).arrival;
      return 'MIPCLOSE, SAPBR=0,1, a new bearer, MQTT: online again, and publishing';
    });

    await story.chapter('The modem hangs: only its RESET pin helps', 30_000, async () => {
      let arrival = Promise.resolve();
      await survive('hang', async () => {
        ({ arrival } = await ledger.publish('demo/data', 'accepted while it hung', 1));
        // It settles by the end of the chapter; until then nobody may be looking.
        arrival.catch(() => undefined);
      });
      await arrival;
      return 'noticed, RESET pulsed, online again; the message accepted meanwhile arrived';
    });

    if (inspector !== undefined) {
      story.say('\nIt goes on: break it from the page, and watch it recover. Ctrl-C ends.');
      story.silence(true);
      await chatter(supervisor, context);
      story.silence(json);
    }

    await story.chapter('Stop', 10_000, async () => {
      await supervisor.stop();
      // Whoever broke it by hand may have left it broken: then there is nothing to claim.
      if (inspector !== undefined) return 'stopped by hand';
      const { session } = JSON.parse(await stage.modem('state')) as { session: string };
      if (session !== 'closed') throw new Error(`the modem's session is ${session}`);
      const mistakes = await stage.modem('violations');
      if (mistakes !== '[]') throw new Error(`on the line went wrong: ${mistakes}`);
      return 'MDISCONNECT, MIPCLOSE, the port is free; the modem saw no mistake on the line';
    });
  } finally {
    await supervisor.stop();
    await recorder?.close();
    await inspector?.close();
    await stage.close();
  }

  const { tally } = ledger;
  const { chapters, seconds } = story;
  const ok =
    chapters.every((chapter) => chapter.ok) && tally.lost === 0 && tally.received === tally.sentToDevice;
  if (json) {
    stdout.write(
      `${JSON.stringify({ ok, line: stage.port, seconds, chapters, recoveries, messages: tally })}\n`,
    );
  }
  story.summary();
  story.say(
    `  Faults     ${recoveries.length}, back online after: ${recoveries.map(recoveryText).join(', ')}`,
  );
  story.say(
    `  Messages   ${tally.published} published, ${tally.arrived} arrived at the broker, ${tally.lost} lost, ${tally.copies} twice; ` +
      `${tally.sentToDevice} sent to the device, ${tally.received} received`,
  );
  story.say(`\n${closingWords(ok, story)}`);
  return ok ? exitCode.done : exitCode.internal;
}

/** A fault that the link came back from. */
interface Recovery {
  readonly fault: string;
  /** From the fault to the next time online. */
  readonly ms: number;
}

function recoveryText({ fault, ms }: Recovery): string {
  return `${fault} ${ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`}`;
}

function closingWords(ok: boolean, { chapters, seconds }: Story): string {
  if (ok) {
    return [
      `All of it in ${seconds.toFixed(1)} s, and nobody touched anything.`,
      'Next: connect a real module and write a configuration; docs/getting-started.md shows both.',
    ].join('\n');
  }
  const failed = chapters.find((chapter) => !chapter.ok)?.title ?? 'the count of messages';
  return `Not as it should be: ${failed}. This is a defect, please report it.`;
}

/** Short times, so that the demo is short; the defaults are in docs/example.config.yaml. */
function makeSupervisor(stage: Stage, story: Story, { clock }: CliContext): Supervisor {
  const config = parseOptions({
    port: stage.openTransport === undefined ? stage.port : '/dev/null',
    broker: { url: stage.brokerUrl, clientId: 'demo-meter' },
    subscriptions: [{ topic: 'cmd/#', qos: 1 }],
    outbox: { store: 'memory' },
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

/** Something to see while it goes on: a reading every few seconds. */
async function chatter(supervisor: Supervisor, { clock }: CliContext): Promise<void> {
  let over = false;
  const speak = (): void => {
    if (over) return;
    void supervisor.publish('chatter/data', '{"t": 21.5}', { qos: 1, key: 'chatter' }).catch(() => undefined);
    clock.setTimeout(speak, CHATTER_MS);
  };
  speak();
  await interrupted();
  over = true;
}

async function act(stage: Stage, command: string): Promise<void> {
  const answer = await stage.modem(command);
  if (answer !== 'ok') throw new Error(`the software modem says ${answer}`);
}

/** The next time that the link comes online; asked for before what takes it down. */
function nextOnline(supervisor: Supervisor): Promise<void> {
  return new Promise((resolve) => {
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
