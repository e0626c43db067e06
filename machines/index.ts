export { supervisorMachine } from './supervisor.machine.js';
export { initialContext, type ActorInput, type SupervisorContext, type SupervisorInput } from './context.js';
export { clampDelay, LONGEST_DELAY } from './delays.js';
export {
  beginnings,
  cardNeedsPerson,
  happenings,
  moduleNeedsPerson,
  overruled,
  passed,
  personActs,
  promises,
  told,
} from './environment.js';
export type { DriverEvent, DriverName, Environment, Happening, Order, World } from './environment-state.js';
export type {
  AnswerEvent,
  Cause,
  HostEvent,
  LinkCommand,
  NoticeEvent,
  Operation,
  PortEvent,
  SupervisorEvent,
} from './events.js';
export { rungs, type Attempts, type Ladder, type Rung } from './ladder.js';
export { defaultLimits, defaultSettings, type Limits, type Settings } from './settings.js';
