import type { MqttClient } from 'mqtt';
import type { Supervisor } from '../../supervisor.js';

/** What became of the messages, as counted by an independent client at the broker. */
export interface Tally {
  readonly published: number;
  readonly arrived: number;
  readonly lost: number;
  /** Arrivals of a message that had arrived before. */
  readonly copies: number;
  /** Sent from the broker to the device, and handed on there byte for byte. */
  readonly sentToDevice: number;
  readonly received: number;
}

/** Keeps account of every message of the demo. Each text is used once. */
export class Ledger {
  readonly #supervisor: Supervisor;
  readonly #observer: MqttClient;
  readonly #published: string[] = [];
  readonly #arrived: string[] = [];
  readonly #waiting = new Set<() => void>();
  #sentToDevice = 0;
  #received = 0;

  constructor(supervisor: Supervisor, observer: MqttClient) {
    this.#supervisor = supervisor;
    this.#observer = observer;
    observer.on('message', (topic, payload) => {
      this.#arrived.push(entry(topic, payload));
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Hands a message to the supervisor. @returns settles once it is accepted, with its arrival at the observer */
  async publish(topic: string, text: string, qos: 0 | 1 | 2): Promise<{ readonly arrival: Promise<void> }> {
    const bytes = Buffer.from(text);
    const { delivered } = await this.#supervisor.publish(topic, bytes, { qos });
    const wanted = entry(topic, bytes);
    this.#published.push(wanted);
    return { arrival: delivered.then(() => this.#arrival(wanted)) };
  }

  /** Sends the device a message from the broker. @returns settles when it was handed on byte for byte */
  async send(topic: string, text: string): Promise<void> {
    const wanted = entry(topic, Buffer.from(text));
    const received = new Promise<void>((resolve) => {
      const look = (message: { readonly topic: string; readonly payload: Uint8Array }): void => {
        if (entry(message.topic, message.payload) !== wanted) return;
        this.#supervisor.off('message', look);
        this.#received += 1;
        resolve();
      };
      this.#supervisor.on('message', look);
    });
    this.#sentToDevice += 1;
    await this.#observer.publishAsync(topic, text, { qos: 1 });
    await received;
  }

  get tally(): Tally {
    const arrived = new Set(this.#arrived);
    const lost = this.#published.filter((message) => !arrived.has(message)).length;
    return {
      published: this.#published.length,
      arrived: this.#published.length - lost,
      lost,
      copies: this.#arrived.length - arrived.size,
      sentToDevice: this.#sentToDevice,
      received: this.#received,
    };
  }

  #arrival(wanted: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#arrived.includes(wanted)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Two messages are the same when topic and every byte are. */
function entry(topic: string, payload: Uint8Array): string {
  return `${topic} ${Buffer.from(payload).toString('hex')}`;
}
