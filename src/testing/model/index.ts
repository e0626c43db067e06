/** The chart as a test model: paths to its edges, random sequences of faults, and what is done to the world for them. */
export { benchDeeds } from './bench-deeds/index.js';
export { benchRig } from './bench-rig.js';
export { coverEdges, type Coverage } from './cover.js';
export type { Deed, DrivenLink, Rig } from './deed.js';
export { modelEdges, modelPaths, type ModelPath, type PathStep } from './paths.js';
export { realTime } from './real-time.js';
export { drawSequence, runSequence, sequenceSteps, type Problems, type SequenceRig } from './sequence.js';
export { walkPath, type Walk } from './walk.js';
