/**
 * The child process of `spawnSoftwareModem`: one software modem on a pseudo-terminal, controlled over IPC. It has a
 * process of its own so that nothing that the host's process does, or blocks on, can stop the modem.
 */
import { systemClock } from '../clock/system.js';
import type { ChildModemOptions, FromChild, ToChild } from './child-messages.js';
import { control } from './control.js';
import { seededRandom } from './entropy.js';
import { SoftwareModem } from './modem.js';
import { servePty, type ServedModem } from './serve-pty.js';
import { SimulatorError } from './simulator-error.js';
import { tcpNetwork } from './tcp-network.js';

let modem: SoftwareModem | undefined;
let served: ServedModem | undefined;

async function serve(options: ChildModemOptions): Promise<void> {
  const { broker, seed = 1, link, ...modemOptions } = options;
  modem = new SoftwareModem({
    ...modemOptions,
    clock: systemClock,
    random: seededRandom(seed),
    network: tcpNetwork(broker === undefined ? {} : { redirect: broker }),
  });
  served = await servePty(modem, { clock: systemClock, ...(link !== undefined && { link }) });
  modem.powerOn();
  tell({ type: 'serving', path: served.path });
}

async function stop(): Promise<void> {
  modem?.powerOff();
  await served?.stop();
  process.disconnect();
}

function tell(message: FromChild): void {
  process.send?.(message);
}

function fail(failure: unknown): void {
  const message = failure instanceof Error ? failure.message : String(failure);
  tell({ type: 'failed', code: failure instanceof SimulatorError ? failure.code : 'CHILD_ENDED', message });
}

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'serve':
      serve(message.options).catch(fail);
      return;
    case 'control':
      tell({
        type: 'answer',
        id: message.id,
        text: modem === undefined ? 'error: no modem yet' : control(modem, message.line),
      });
      return;
    case 'stop':
      stop().catch(fail);
      return;
  }
});
// The parent is gone, or has asked to stop: nobody is left to serve.
process.on('disconnect', () => process.exit());
tell({ type: 'ready' });
