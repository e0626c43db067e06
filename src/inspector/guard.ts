import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Refusal = { readonly status: 401 | 403 | 421; readonly reason: string };

/**
 * Who may ask. The server listens on loopback, but any page in the user's browser can reach loopback too: a name of its
 * own that resolves to 127.0.0.1 (DNS rebinding) shows in Host, a foreign page in Origin, and whoever wants to act must
 * know the token, which no page can read.
 */
export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    this.#token = token;
  }

  /** @returns why a request is refused; undefined when it may look */
  refuses({ headers }: IncomingMessage): Refusal | undefined {
    const { host, origin } = headers;
    if (host === undefined || !this.#hosts.has(host))
      return { status: 421, reason: 'This host is not served here.' };
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, reason: 'Requests from other origins are refused.' };
    return undefined;
  }

  /** @returns why a request may not act; undefined when it may */
  refusesToAct(request: IncomingMessage): Refusal | undefined {
    const [, given = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const [a, b] = [Buffer.from(given), Buffer.from(this.#token)];
    if (a.length === b.length && timingSafeEqual(a, b)) return undefined;
    return { status: 401, reason: 'Acting needs the token of the address that was printed at the start.' };
  }
}
