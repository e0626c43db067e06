/**
 * A second Air7xx modem, written from the vendor's documents alone and sharing no code with the product, so that a
 * misreading in one is not repeated in the other. It serves a pseudo-terminal, talks MQTT to a real broker, and watches
 * how the host keeps the vendor's rules.
 *
 *   node independent-modem.mjs '{"profile":"air724","echo":true,"pieces":3,"glueMs":5,"rdy":2}'
 *
 * stdout, one JSON object a line: first {"path","pid"}, then an answer {"id",...} to every line of stdin, and
 * {"violation"} whenever the host breaks a rule. SIGUSR2 is the
 * RESET pin.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Judge } from './modem/judge.mjs';
import { Module } from './modem/module.mjs';
import { profiles } from './modem/profiles.mjs';
import { Terminal } from './modem/terminal.mjs';

const options = {
  profile: 'air780e',
  echo: true,
  pieces: 0,
  glueMs: 0,
  latencyMs: 3,
  rdy: 1,
  bootMs: 120,
  rdyGapMs: 100,
  attachMs: 30,
  mconnectWithinMs: 500,
  simBusyMs: 0,
  threeArgumentConnect: false,
  ...JSON.parse(process.argv[2] ?? '{}'),
};

const profile = profiles[options.profile];
const print = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const judge = new Judge({ ...options, onViolation: (violation) => print({ violation }) });
const terminal = new Terminal({ ...options, path: join(tmpdir(), `luat-link-modem-${process.pid}`) });
const module = new Module({ terminal, judge, profile, options });

const { radio } = module;

/** Who waits for a line: { id, direction, pattern }. */
let expected = [];
judge.onLine = (direction, text) => {
  const met = expected.filter((one) => one.direction === direction && one.pattern.test(text));
  expected = expected.filter((one) => !met.includes(one));
  for (const { id } of met) print({ id, text });
};

/** What may be done to the module, and what may be asked. `undefined` is answered by {}; `false` is answered later. */
const actions = {
  /** TCP closed by the other side. */
  closed: () => {
    module.session.drop('none');
    module.say('CLOSED');
  },
  /** TCP gone, and nothing said: old firmware, or a NAT that forgot. */
  halfOpen: () => module.session.drop('dead'),
  /** TCP lost, and to the broker the session goes on. */
  orphan: () => {
    module.session.orphan();
    module.say('CLOSED');
  },
  deact: ({ urc = profile.deact, backAfterMs = 50 }) => {
    radio.loseBearer(urc);
    module.after(backAfterMs, () => {
      radio.bearerUp = true;
      if (!profile.sapbr.needed) module.say(profile.active);
    });
  },
  detach: ({ forMs = 300 }) => {
    radio.lose('+CGEV: ME DETACH', '^MODE: 0,0', '+NO Service');
    module.after(forMs, () => radio.attach());
  },
  /** The network is left, and found again only when the radio was off and on. */
  stick: () => {
    radio.stuck = true;
    radio.lose('+CGEV: ME DETACH', '^MODE: 0,0', '+NO Service');
  },
  /** The network refuses the registration, or takes it again. */
  deny: ({ on }) => {
    radio.denied = on;
    if (on) radio.lose('+CGEV: ME DETACH', '^MODE: 0,0', '+NO Service');
    else radio.search();
  },
  simOut: () => {
    module.sim.present = false;
    judge.simChanged();
    module.say('+CPIN: SIM REMOVED 0');
    radio.lose('+CGEV: ME DETACH', '^MODE: 0,0');
  },
  /** The same card again, or another one: { pin, blocked }. */
  simIn: (order) => {
    module.insertSim(order);
    module.say(`${module.sim.urc} 0`);
  },
  reboot: ({ rdy = options.rdy }) => module.boot(rdy),
  unplug: () => module.unplug(),
  plug: () => module.plug(),
  hang: () => {
    module.hung = true;
  },
  /** A line out of nowhere. */
  say: ({ line }) => module.say(line),
  /** Bytes that are no line at all. */
  noise: ({ base64 }) => terminal.send(Buffer.from(base64, 'base64')),
  file: ({ name }) => ({ content: module.flash.read(name)?.toString('base64') ?? null }),
  rule: ({ command, times = 1, final, outcome, mute, lateMs }) => {
    module.rules.push({ command, times, final, outcome, mute, lateMs });
  },
  echoData: ({ on }) => {
    module.echoesData = on;
  },
  shape: ({ pieces, glueMs }) => terminal.shape({ pieces, glueMs }),
  /** Answered when a line that fits has passed since the log had so many: `>` from the host, `<` from the module. */
  expect: ({ id, direction, pattern, since = judge.log.length }) => {
    const one = { id, direction, pattern: new RegExp(pattern) };
    const known = judge.log
      .slice(since)
      .some((entry) => entry.direction === direction && one.pattern.test(entry.text));
    if (known) return {};
    expected.push(one);
    return false;
  },
  log: () => ({ log: judge.log }),
  violations: () => ({ violations: judge.violations }),
};

process.on('SIGUSR2', () => {
  judge.note('#', 'RESET pressed');
  module.boot(options.rdy);
});
process.once('SIGTERM', () => process.exit(0));
process.on('exit', () => rmSync(terminal.path, { force: true }));

createInterface({ input: process.stdin })
  .on('line', (text) => {
    const order = JSON.parse(text);
    const answer = actions[order.do](order);
    if (answer !== false) print({ id: order.id, ...answer });
  })
  .on('close', () => process.exit(0));

print({ path: terminal.path, pid: process.pid });
