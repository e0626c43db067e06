import type { Bench } from '../../bench.js';
import type { Deed } from '../deed.js';

/** What the module is asked in a state, by the start of what follows `AT+`. */
const questions: Readonly<Record<string, readonly string[]>> = {
  'checkingSim.asking': ['CPIN'],
  'checkingSim.unlocking': ['CPIN='],
  'attaching.asking': ['CGATT'],
  'activatingBearer.settingType': ['SAPBR=3'],
  'activatingBearer.settingApn': ['SAPBR=3'],
  'activatingBearer.opening': ['SAPBR=1'],
  'activatingBearer.querying': ['SAPBR=2'],
  securing: ['SSLCFG'],
  configuringMqtt: ['MCONFIG'],
  'subscribed.asking': ['MQTTSTATU'],
};

/** The same where OK is not the end of it. */
const questionsWithOutcome: Readonly<Record<string, readonly string[]>> = {
  connectingMqtt: ['MCONNECT'],
  announcing: ['MPUB', 'MPUBEX'],
  subscribing: ['MSUB'],
};

/** Answers that are lost, and answers that say no. */
export function answerDeeds({ modem: { faults } }: Bench): readonly Deed[] {
  const deeds = (
    table: typeof questions,
    name: string,
    brings: string,
    arm: (command: string) => void,
  ): readonly Deed[] =>
    Object.entries(table).map(([state, commands]) => ({
      name: `${name} ${commands.join()}`,
      brings,
      in: [state],
      do: () => commands.forEach(arm),
      undo: () => faults.disarm(),
    }));
  return [
    ...deeds(questions, 'no answer to', 'UNANSWERED', (command) => faults.loseAnswer(command)),
    ...deeds(questionsWithOutcome, 'no outcome of', 'UNANSWERED', (command) => faults.loseOutcome(command)),
    ...deeds(questions, 'refusal of', 'ERROR', (command) => faults.failNext(command)),
    ...deeds(questionsWithOutcome, 'ERROR after the OK of', 'ERROR', (command) =>
      faults.errorAfterOk(command),
    ),
  ];
}
