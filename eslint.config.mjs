import tseslint from 'typescript-eslint';

/**
 * The layers, lowest first, and what each may import of the others. Data flows one way (docs/architecture.md);
 * an import against the flow is an error here.
 */
const layers = {
  machines: [],
  'src/clock': [],
  'src/errors': [],
  'src/transport': ['src/clock', 'src/errors'],
  'src/at': ['src/clock', 'src/errors', 'src/transport'],
  'src/air': ['src/at', 'src/errors'],
  'src/config': ['src/errors', 'machines'],
  'src/outbox': ['src/air', 'src/clock', 'src/errors'],
  'src/telemetry': ['src/clock', 'src/errors'],
  'src/tls': ['src/config', 'src/errors'],
  'src/inbound': [],
  'src/actors': [
    'machines',
    'src/air',
    'src/at',
    'src/clock',
    'src/config',
    'src/errors',
    'src/outbox',
    'src/inbound',
    'src/telemetry',
    'src/tls',
    'src/transport',
  ],
  'src/simulator': ['src/clock'],
  'src/diagram': ['machines'],
  'src/verification': ['machines'],
  'src/doctor': [
    'src/actors',
    'src/air',
    'src/at',
    'src/clock',
    'src/config',
    'src/errors',
    'src/tls',
    'src/transport',
  ],
  'src/inspector': ['machines', 'src/clock', 'src/diagram'],
};

const everyLayer = Object.keys(layers);

/** "src/at" imported from a file in "src/air" is written "../at/…", from "machines" "../src/at/…". */
function specifiersOf(from, target) {
  const name = target.replace(/^src\//, '');
  if (from === 'machines') return [`../${target}/**`, `../../${target}/**`];
  if (target === 'machines') return ['../../machines/**', '../../../machines/**'];
  return [`../${name}/**`, `../../${name}/**`];
}

const directions = Object.entries(layers).map(([layer, allowed]) => ({
  files: [`${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: everyLayer
          .filter((other) => other !== layer && !allowed.includes(other))
          .map((other) => ({
            group: specifiersOf(layer, other),
            message: `${layer} may not import ${other}: see the layers in docs/architecture.md.`,
          })),
      },
    ],
  },
}));

/** Time and entropy come in; only the composition roots touch the real ones. */
const bareTime = [
  {
    selector: 'CallExpression[callee.name=/^set(Timeout|Interval|Immediate)$/]',
    message: 'Use the injected Clock.',
  },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Use the injected Clock.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Use the injected entropy.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use the injected Clock.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'api/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  {
    // node:test looks after the promise of a test by itself.
    files: ['docs/examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: 'test' }] },
      ],
    },
  },
  ...directions,
  {
    files: ['machines/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!xstate$|\\./)', message: 'Charts import only xstate and each other.' }] },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'machines/**/*.ts'],
    // The page runs in a browser, which has but its own clock.
    ignores: ['src/clock/system.ts', 'src/inspector/page/**'],
    rules: { 'no-restricted-syntax': ['error', ...bareTime] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/transport/serial.ts', 'src/transport/prompt-port.ts', 'src/cli/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'serialport',
              message: 'Only serial.ts and prompt-port.ts of src/transport know serialport.',
            },
          ],
        },
      ],
    },
  },
);
