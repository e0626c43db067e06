/**
 * One thing said on the wire, for a log. Secrets cannot be in it: a command is shown by its own `display`, its data,
 * payloads and lines that nobody knows only by their length.
 */
export interface TraceEntry {
  readonly direction: 'host' | 'module';
  readonly text: string;
}
