export default {
  testEnvironment: 'node',
  maxWorkers: '100%',
  // A bound on a hung test, far above what any needs: shared machines are slow at times.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // No planted secret is told anywhere in the whole run: test/secrets/.
  setupFiles: ['<rootDir>/test/secrets/collect-errors.ts'],
  reporters: ['default', '<rootDir>/test/secrets/reporter.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  // "development" makes xstate warn, for example of events sent to a stopped actor.
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons', 'development'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  coverageProvider: 'v8',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
