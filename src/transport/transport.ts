/**
 * A byte line to the module. One use: opened once, closed once; a reconnect makes a new one, since a serial port
 * that failed once is not usable again.
 */
export interface Transport {
  /** What a person would call it: `/dev/ttyUSB2`, `tcp://host:port`, `memory`. */
  readonly name: string;
  /**
   * Settles within a deadline.
   * @throws LinkError PORT_NOT_FOUND, PORT_DENIED, PORT_BUSY or PORT_LOST
   */
  open(): Promise<void>;
  /**
   * Hands bytes to the line, in order. Settles when the line took them, or when it is lost or closed.
   * @throws LinkError PORT_LOST
   */
  write(bytes: Buffer): Promise<void>;
  /** Closes and gives the port free. Never rejects, settles within a deadline, may be called twice. */
  close(): Promise<void>;
  /**
   * Drives a modem control line, where the line has one (RESET or POWERKEY wired to RTS or DTR).
   * @throws LinkError PORT_LOST when it is not open or has no such line
   */
  setSignal(line: 'rts' | 'dtr', active: boolean): Promise<void>;
}

/** What a line tells. */
export interface TransportListener {
  /** Bytes from the module, as they came, of any length. Not called before open() settled nor after lost(). */
  data(bytes: Buffer): void;
  /** The line is gone without close() having been called. Called at most once. */
  lost(reason: Error): void;
}

/** Makes a line that reports to `listener`. */
export type TransportFactory = (listener: TransportListener) => Transport;
