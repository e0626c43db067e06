import { Command } from 'commander';
import { addConfig } from './config.js';
import { addDemo } from './demo.js';
import { addDiagram } from './diagram.js';
import { addDoctor } from './doctor.js';
import type { Invocation } from './invocation.js';
import { addPub, addSub } from './one-shots.js';
import { addOutbox } from './outbox.js';
import { addPorts } from './ports.js';
import { addReplay } from './replay.js';
import { addRun } from './run.js';
import { addSimulate } from './simulate.js';

/** In the order of the help. */
const commands = [
  addDemo,
  addRun,
  addPub,
  addSub,
  addSimulate,
  addPorts,
  addDoctor,
  addDiagram,
  addReplay,
  addConfig,
  addOutbox,
];

/**
 * What the command line understands: each file declares one command, its flags and its help, and hands over to
 * `commands/`. What a command does is loaded when it is asked for: `run` must not wait for the demo's broker.
 */
export function makeProgram(invocation: Invocation): Command {
  const program = new Command('luat-link')
    .description('Keeps the MQTT session of a Luat Air7xx 4G modem up, through its AT commands.')
    .version(invocation.version)
    .option('--verbose', 'with the stack, when something unexpected happens')
    .exitOverride()
    .showHelpAfterError('(luat-link --help lists the commands)')
    .showSuggestionAfterError();
  for (const add of commands) add(program, invocation);
  return program;
}
