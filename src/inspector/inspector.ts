import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../clock/clock.js';
import { chartLayout } from '../diagram/chart-layout.js';
import type { Observation, Observer } from '../observer.js';
import { asset } from './assets.js';
import { Guard, type Refusal } from './guard.js';
import { Ring } from './ring.js';
import { Viewers } from './viewers.js';

/** Something that a person may do from the page. */
export interface InspectorAction {
  readonly label: string;
  /** The heading that its button stands under. */
  readonly group: string;
  readonly run: () => void | Promise<void>;
}

export interface InspectorOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly actions?: Readonly<Record<string, InspectorAction>>;
  /** A recorded run to show instead of a running link. */
  readonly recording?: readonly Observation[];
  /** What lets a page act. Default: 192 random bits. */
  readonly token?: string;
}

/** Observations that are kept for pages that come later. */
const KEPT = 2_000;
const MOST_CONNECTIONS = 64;

/** No script, style, image or connection but its own; no frame around it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/**
 * The live view of a link: a page on 127.0.0.1 that shows the chart, where it is, and how it came there. Looking needs
 * nothing; acting needs the token. Attach `observer` to the link, then `listen()`.
 */
export class Inspector {
  readonly #options: InspectorOptions;
  readonly #token: string;
  readonly #ring: Ring;
  readonly #viewers: Viewers;
  readonly #server: Server;
  #guard: Guard | undefined;
  #port = 0;

  constructor(options: InspectorOptions) {
    this.#options = options;
    const { clock, actions = {}, recording } = options;
    this.#token = options.token ?? randomBytes(24).toString('base64url');
    this.#ring = new Ring(Math.max(KEPT, recording?.length ?? 0));
    for (const observation of recording ?? []) this.#ring.push(observation);
    this.#viewers = new Viewers(this.#ring, clock, {
      run: randomBytes(6).toString('base64url'),
      mode: recording === undefined ? 'live' : 'replay',
      actions: Object.entries(actions).map(([name, { label, group }]) => ({ name, label, group })),
    });
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** What the link tells goes in here. */
  readonly observer: Observer = (observation) => {
    this.#ring.push(observation);
    this.#viewers.news();
  };

  /** Where the page is; anybody on this machine may look. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** The address that may act too. It holds the token: for the operator's terminal, never for a log. */
  get operatorUrl(): string {
    return `${this.url}#token=${this.#token}`;
  }

  /** @throws Error such as EADDRINUSE */
  async listen(): Promise<void> {
    this.#server.listen(this.#options.port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#guard = new Guard(this.#port, this.#token);
  }

  async close(): Promise<void> {
    this.#viewers.close();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#guard?.refuses(request);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    const { pathname } = new URL(request.url ?? '/', this.url);
    if (request.method === 'POST') await this.#act(pathname, request, response);
    else if (request.method !== 'GET') end(response, 405, 'Look with GET, act with POST.');
    else if (pathname === '/events') this.#view(request, response);
    else {
      const found = await asset(pathname, chartLayout).catch(() => undefined);
      if (found === undefined) end(response, 404, 'There is nothing here.');
      else end(response, 200, found.body, found.type);
    }
  }

  #view(request: IncomingMessage, response: ServerResponse): void {
    if (this.#viewers.full) {
      end(response, 503, 'Too many pages look already; close one.');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    this.#viewers.add(response, request.headers['last-event-id']?.toString());
  }

  async #act(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#guard?.refusesToAct(request);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    const [, name = ''] = /^\/act\/([a-z-]+)$/.exec(path) ?? [];
    const { actions = {} } = this.#options;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      end(response, 404, 'There is no such action.');
      return;
    }
    try {
      await action.run();
      end(response, 200, 'done');
    } catch (error) {
      end(response, 500, error instanceof Error ? error.message : 'It could not be done.');
    }
  }
}

function refuse(response: ServerResponse, { status, reason }: Refusal): void {
  end(response, status, reason);
}

function end(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}
