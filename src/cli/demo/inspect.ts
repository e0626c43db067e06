import { Inspector, type InspectorAction } from '../../inspector/inspector.js';
import type { Supervisor } from '../../supervisor.js';
import type { CliContext } from '../context.js';
import type { Stage } from './stage.js';

/** The live view of the demo, with buttons for what goes wrong in the field. */
export function demoInspector(
  port: number,
  stage: Stage,
  link: Supervisor,
  { clock }: CliContext,
): Inspector {
  const modem = (label: string, command: string): InspectorAction => ({
    label,
    group: 'Break it',
    run: async () => {
      const answer = await stage.modem(command);
      if (answer !== 'ok') throw new Error(answer);
    },
  });
  return new Inspector({
    port,
    clock,
    actions: {
      closed: modem('CLOSED', 'closed'),
      deact: modem('DEACT', 'deact cgev-nw'),
      hang: modem('Modem hangs', 'hang'),
      'sim-out': modem('SIM out', 'sim out'),
      'broker-down': { label: 'Broker down', group: 'Break it', run: () => stage.broker.goDown() },
      'login-refused': {
        label: 'Login refused',
        group: 'Break it',
        run: () => stage.broker.refuseLogins(),
      },
      'sim-in': { ...modem('SIM in', 'sim in'), group: 'Mend it' },
      'broker-up': { label: 'Broker up', group: 'Mend it', run: () => stage.broker.comeUp() },
      'login-accepted': {
        label: 'Login accepted',
        group: 'Mend it',
        run: () => stage.broker.acceptLogins(),
      },
      retry: { label: 'Try again now', group: 'Operator', run: () => link.retry() },
    },
  });
}
