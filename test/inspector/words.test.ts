/**
 * What a newcomer reads, told only to open the page, in the situations of the field: where the link is, why it left
 * online last, what it does next. docs/inspector.md shows these sentences.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { emptyStory, tell, type Story } from '../../src/inspector/story/story.js';
import { duration, stateName, wordsOf, type Words } from '../../src/inspector/story/words.js';
import { Scene, type SceneOptions } from '../support/scene.js';

let scene: Scene;
let story: Story;

async function online(options: SceneOptions = {}): Promise<void> {
  scene = new Scene({ random: () => 1, ...options });
  story = emptyStory();
  scene.supervisor.observe((observation) => tell(story, observation));
  await scene.online();
}

const words = (): Words => wordsOf(story, scene.clock.wallTime());
const until = (path: string): Promise<void> =>
  scene.clock.advanceUntil(() => scene.supervisor.status().path.startsWith(path), 3_600_000);

afterEach(() => scene.end());

describe('the page says, when', () => {
  test('the server closes the connection', async () => {
    await online();
    scene.modem.faults.closed();
    await until('connectingTcp');
    expect(words().state).toMatch(/^Offline for .*, recovering: connecting TCP since /);
    expect(words().loss).toMatch(/^It left online .* ago, at CLOSED: .*\(TCP_CLOSED\)$/);
    expect(words().next).toMatch(/without one it is given up in \d+ .*, and the ladder takes over/);
    await until('subscribed');
    expect(words().state).toMatch(/^Online for/);
    expect(words().loss).toMatch(/\(TCP_CLOSED\) It was back after /);
    expect(words().next).toMatch(/^It stays so/);
  });

  test('the network takes the bearer away', async () => {
    await online();
    scene.modem.faults.deact('cgev-nw');
    await until('activatingBearer');
    expect(words().state).toMatch(/recovering: activating bearer/);
    expect(words().loss).toMatch(/at DEACT: The network took the data bearer away.*\(BEARER_LOST\)/);
    await until('subscribed');
    expect(words().loss).toMatch(/\(BEARER_LOST\) It was back after /);
  });

  test('the module hangs and no RESET is wired', async () => {
    await online();
    scene.modem.faults.hang();
    await until('needsAttention');
    expect(words().state).toMatch(/^A person is needed, since .*The module does not answer AT/);
    expect(words().loss).toMatch(/at UNRESPONSIVE: The module does not answer AT: .*\(MODEM_UNRESPONSIVE\)/);
    expect(words().next).toMatch(/^It tries again by itself in (\d+ s|1 min)/);
  });

  test('the SIM card is taken out', async () => {
    await online();
    scene.modem.faults.simOut();
    await until('checkingSim');
    await scene.clock.advance(5_000);
    expect(words().state).toMatch(
      /recovering: checking SIM, \w+ since .*, last heard: no SIM card is in the module\.$/,
    );
    // The bearer is the first to go; why is found out.
    expect(words().loss).toMatch(/at DEACT: /);
    await scene.clock.advance(40_000);
    expect(words().loss).toMatch(/Then it was found: Insert a SIM card .*\(SIM_MISSING\)$/);
  });

  test('the card wants a PIN that was not given', async () => {
    scene = new Scene({ modem: { sim: { pin: '1234' } } });
    story = emptyStory();
    scene.supervisor.observe((observation) => tell(story, observation));
    scene.modem.powerOn();
    await scene.supervisor.start();
    await until('needsAttention');
    expect(words().state).toMatch(/^A person is needed, since .*sim.pin/);
    expect(words().loss).toMatch(/^Not yet online. .*\(SIM_PIN_REQUIRED\)$/);
    expect(words().next).toMatch(/^Nothing is tried until a person acts/);
  });

  test('the broker is down for long', async () => {
    await online();
    scene.network.goDown();
    await scene.clock.advance(600_000);
    await until('recovering.waiting');
    expect(words().state).toMatch(/^Offline for \d+ min .*, recovering: waiting/);
    expect(words().loss).toMatch(/^It left online \d+ min .* ago, at CLOSED: /);
    expect(words().loss).toMatch(/Then it was found: The broker cannot be reached: .*\(TCP_FAILED\)/);
    expect(words().next).toMatch(/^It tries again in .*, from .* on \(rung "/);
  });
});

test('names of states and lengths of time read as words', () => {
  expect(stateName('recovering.closingTcp')).toBe('closing TCP');
  expect(stateName('activatingBearer.settingApn')).toBe('activating bearer, setting APN');
  expect([5, 1_500, 59_999, 61_000, 7_260_000, 200_000_000].map(duration)).toEqual([
    '5 ms',
    '1.5 s',
    '59 s',
    '1 min 1 s',
    '2 h 1 min',
    '2 d 7 h',
  ]);
});
