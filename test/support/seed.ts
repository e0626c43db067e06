/**
 * Where chance comes from in a test run: TEST_SEED, or drawn anew each time. The gate gives one, so that it judges the
 * change and not the draw; whoever runs `npm test` gets a new one, and a failure prints it.
 */
const given = process.env['TEST_SEED'];

export const isSeedGiven = given !== undefined;
export const seed = given === undefined ? Math.floor(Math.random() * 1_000_000) : Number(given);
