import type { Transport, TransportFactory } from './transport.js';

/** The level at which each wired control line rests: active or not. A line that is not named is left alone. */
export type RestLevels = Readonly<Partial<Record<'rts' | 'dtr', boolean>>>;

/**
 * Brings wired control lines to rest as soon as the port is open. The system makes RTS and DTR active whenever it opens a
 * port (Linux, tty_port_raise_dtr_rts): a RESET or POWERKEY that is pulled while its line is active would stay pulled.
 * A port without such a line works without: the driver that needs it says so.
 */
export function linesAtRest(open: TransportFactory, levels: RestLevels): TransportFactory {
  const wired = Object.entries(levels) as ['rts' | 'dtr', boolean][];
  if (wired.length === 0) return open;
  return (listener): Transport => {
    const transport = open(listener);
    return {
      name: transport.name,
      open: async () => {
        await transport.open();
        for (const [line, level] of wired) await transport.setSignal(line, level).catch(() => undefined);
      },
      write: (bytes) => transport.write(bytes),
      close: () => transport.close(),
      setSignal: (line, active) => transport.setSignal(line, active),
    };
  };
}
