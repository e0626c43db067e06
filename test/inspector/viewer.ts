import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One request with headers as they are, foreign ones included, which fetch would not send. */
export async function ask(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const asked = request(url, { method, headers });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

export interface Frame {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** A page that looks: reads server-sent events until it is closed. */
export class Viewer {
  readonly frames: Frame[] = [];
  readonly #request;
  #rest = '';
  #waiting: (() => void)[] = [];

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#request = request(`${url}events`, { headers });
    this.#request.on('error', () => undefined);
    this.#request.on('response', (response) => {
      response.on('error', () => undefined);
      response.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    });
    this.#request.end();
  }

  /** The first frame of that kind for which `holds` is true, now or later. */
  async frame(event: string, holds: (frame: Frame) => boolean = () => true): Promise<Frame> {
    for (;;) {
      const found = this.frames.find((frame) => frame.event === event && holds(frame));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    const parts = `${this.#rest}${text}`.split('\n\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      const [event, data] = [field('event'), field('data')];
      if (event !== undefined && data !== undefined)
        this.frames.push({ event, id: field('id'), data: JSON.parse(data) as unknown });
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
