import fc from 'fast-check';
import { isSeedGiven, seed } from './seed.js';

// Without a seed fast-check draws one for each property, and prints that of a failure.
if (isSeedGiven) fc.configureGlobal({ seed });

export default fc;
