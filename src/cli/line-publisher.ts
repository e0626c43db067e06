import { LinkError } from '../errors/link-error.js';
import type { Supervisor } from '../supervisor.js';
import { exitCode, exitCodeOf, type ExitCode } from './exit-codes.js';
import type { InputLine } from './input-lines.js';
import { readRequest, type PublishRequest, type Report } from './line-protocol.js';

/** So many lines may be on their way to the disk at a time: they share its syncs, and memory stays bounded. */
const MOST_AT_A_TIME = 128;

export interface LinePublisherParts {
  readonly supervisor: Pick<Supervisor, 'publish'>;
  readonly say: (report: Report) => void;
  /** Whether a message of this QoS outlives the process once it is accepted. */
  readonly keeps: (qos: 0 | 1 | 2) => boolean;
}

/** Publishes what lines ask for, and reports what becomes of each. */
export class LinePublisher {
  readonly #parts: LinePublisherParts;
  readonly #beingAccepted = new Set<Promise<void>>();
  readonly #underWay = new Set<Promise<void>>();
  #lastFailure: ExitCode = exitCode.done;

  constructor(parts: LinePublisherParts) {
    this.#parts = parts;
  }

  /** Settles when another line can be taken; never rejects. */
  async take(line: InputLine): Promise<void> {
    if (line.length === 0) return;
    const request = readRequest(line);
    if ('error' in request) {
      this.#reject(request.id, request.error);
      return;
    }
    const accepted = this.#publish(request);
    this.#beingAccepted.add(accepted);
    void accepted.finally(() => this.#beingAccepted.delete(accepted));
    if (this.#beingAccepted.size >= MOST_AT_A_TIME) await Promise.race(this.#beingAccepted);
  }

  /** Settles when all that was accepted is delivered or given up. @returns the exit code of the last failure, if any */
  async settled(): Promise<ExitCode> {
    await Promise.all(this.#beingAccepted);
    await Promise.all(this.#underWay);
    return this.#lastFailure;
  }

  async #publish({ id, topic, payload, qos, retain }: PublishRequest): Promise<void> {
    const { supervisor, say } = this.#parts;
    try {
      const { delivered } = await supervisor.publish(topic, payload, { qos, retain });
      say({ type: 'accepted', id });
      const settled = delivered.then(
        () => say({ type: 'delivered', id }),
        (error: unknown) => this.#fail(id, qos, asLinkError(error)),
      );
      this.#underWay.add(settled);
      void settled.finally(() => this.#underWay.delete(settled));
    } catch (error) {
      this.#reject(id, asLinkError(error));
    }
  }

  #fail(id: PublishRequest['id'], qos: 0 | 1 | 2, { code, message }: LinkError): void {
    // It has not failed: the next run delivers it.
    if (code === 'STOPPED' && this.#parts.keeps(qos)) return;
    this.#lastFailure = exitCodeOf(code);
    this.#parts.say({ type: 'failed', id, code, message });
  }

  #reject(id: PublishRequest['id'], { code, message, hint }: LinkError): void {
    this.#parts.say({ type: 'rejected', id, code, message: `${message} ${hint}` });
  }
}

function asLinkError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  return new LinkError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
}
