import { LinkError } from '../errors/link-error.js';
import type { Supervisor } from '../supervisor.js';
import { exitCode, exitCodeOf, type ExitCode } from './exit-codes.js';
import type { InputLine } from './input-lines.js';
import { readRequest, type PublishRequest, type Report } from './line-protocol.js';

/** Publishes what lines ask for, and reports what becomes of each. */
export class LinePublisher {
  readonly #supervisor: Pick<Supervisor, 'publish'>;
  readonly #say: (report: Report) => void;
  readonly #underWay = new Set<Promise<void>>();
  #lastFailure: ExitCode = exitCode.done;

  constructor(supervisor: Pick<Supervisor, 'publish'>, say: (report: Report) => void) {
    this.#supervisor = supervisor;
    this.#say = say;
  }

  /** Settles when the line is accepted or rejected; never rejects. */
  async take(line: InputLine): Promise<void> {
    if (line.length === 0) return;
    const request = readRequest(line);
    if ('error' in request) this.#reject(request.id, request.error);
    else await this.#publish(request);
  }

  /** Settles when all that was accepted is delivered or given up. @returns the exit code of the last failure, if any */
  async settled(): Promise<ExitCode> {
    await Promise.all(this.#underWay);
    return this.#lastFailure;
  }

  async #publish({ id, topic, payload, qos, retain }: PublishRequest): Promise<void> {
    try {
      const { delivered } = await this.#supervisor.publish(topic, payload, { qos, retain });
      this.#say({ type: 'accepted', id });
      const settled = delivered.then(
        () => this.#say({ type: 'delivered', id }),
        (error: unknown) => {
          const { code, message } = asLinkError(error);
          this.#lastFailure = exitCodeOf(code);
          this.#say({ type: 'failed', id, code, message });
        },
      );
      this.#underWay.add(settled);
      void settled.finally(() => this.#underWay.delete(settled));
    } catch (error) {
      this.#reject(id, asLinkError(error));
    }
  }

  #reject(id: PublishRequest['id'], { code, message, hint }: LinkError): void {
    this.#say({ type: 'rejected', id, code, message: `${message} ${hint}` });
  }
}

function asLinkError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  return new LinkError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
}
