/**
 * `npm run browser`: the page in Debian's Chromium, on a software modem and a broker of its own. Also makes the pictures
 * in docs/images/. Run `npm run build` first; CHROMIUM names another browser.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const images = path.join(root, 'docs/images');
const folder = mkdtempSync(path.join(tmpdir(), 'luat-link-browser-'));
const recording = path.join(folder, 'run.jsonl');
const LIMIT = 60_000;

/** The program, and the address that it prints. */
function start(...args) {
  const child = spawn(process.execPath, [path.join(root, 'dist/src/cli/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const address = new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const [found] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => reject(new Error(`ended early: ${output}`)));
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const said = async (words) => {
    while (!output.includes(words)) await new Promise((resolve) => child.stdout.once('data', resolve));
  };
  return { address, said, stop: () => (child.kill('SIGINT'), ended) };
}

let demo;
let browser;
let url;

before(async () => {
  mkdirSync(images, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  demo = start('demo', '--inspect', '0', '--record', recording);
  url = await demo.address;
  await demo.said('It goes on');
});

after(async () => {
  await demo?.stop();
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(address, { width = 1600, height = 1000, scheme = 'light' } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  const faults = [];
  const foreign = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') foreign.push(request.url());
  });
  await page.goto(address);
  await page.locator('#status:not(:text-is("…"))').waitFor();
  return {
    page,
    status: (status) => page.locator(`#top[data-status="${status}"]`).waitFor(),
    active: (state) => page.locator(`[data-path="${state}"].active`).waitFor(),
    close: async () => {
      assert.deepEqual([faults, foreign], [[], []]);
      await context.close();
    },
  };
}

/** Breaks it, and waits until the page has told the way down and up again. */
async function survive(view, action, timeline) {
  const { page } = view;
  const recoveries = Number(await page.locator('#figure-recoveries').textContent());
  await page.locator(`[data-action="${action}"]`).click();
  await page.locator(`#figure-recoveries:text-is("${recoveries + 1}")`).waitFor();
  await view.status('online');
  const told = await page.locator('#timeline li').allTextContents();
  for (const step of timeline)
    assert.ok(
      told.some((line) => line.includes(step)),
      `${step} in ${told.slice(0, 12).join(' | ')}`,
    );
}

test('it shows the live state, lit in the chart and said in words', async () => {
  const view = await open(url);
  await view.status('online');
  await view.active('subscribed');
  assert.match(await view.page.locator('#words-state').textContent(), /^Online for /);
  assert.match(await view.page.locator('#words-loss').textContent(), /^It left online /);
  assert.match(await view.page.locator('#words-next').textContent(), /^It stays so/);
  assert.ok((await view.page.locator('#wire li').count()) > 5);
  assert.doesNotMatch(view.page.url(), /token/);
  await view.close();
});

test('it follows a CLOSED and a DEACT through recovery to online', async () => {
  const view = await open(url);
  await survive(view, 'closed', ['recovering.closingTcp ← CLOSED TCP_CLOSED', 'connectingTcp', 'subscribed']);
  assert.match(
    await view.page.locator('#words-loss').textContent(),
    /at CLOSED: .*\(TCP_CLOSED\).* back after /,
  );
  await survive(view, 'deact', ['← DEACT BEARER_LOST', 'recovering.deactivatingBearer', 'activatingBearer']);
  assert.match(
    await view.page.locator('#words-loss').textContent(),
    /at DEACT: .*\(BEARER_LOST\).* back after /,
  );
  await view.close();
});

test('it says what goes on while it goes on, in both themes', async () => {
  const dark = await open(url, { scheme: 'dark' });
  const light = await open(url, { scheme: 'light' });
  const paper = ({ page }) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.notEqual(await paper(dark), await paper(light));
  await dark.page.screenshot({ path: path.join(images, 'inspector-online-dark.png') });
  await light.page.locator('[data-action="broker-down"]').click();
  await light.status('recovering');
  await dark.status('recovering');
  await light.active('recovering.waiting');
  assert.match(await light.page.locator('#words-state').textContent(), /^Offline for .*recovering/);
  await light.page.locator('[data-action="broker-up"]').click();
  await light.status('online');
  const before = await paper(light);
  await light.page.locator('#theme').click();
  assert.notEqual(await paper(light), before);
  await dark.close();
  await light.close();
});

/**
 * What docs/inspector.md quotes: where it is, why it left online, what comes next. The page is read all the while, so
 * that a sentence which stands for half a second counts too. A demo of its own for each: sessions that end early and in
 * a row would be told as a clientId used twice.
 */
const situations = {
  // The demo's module is back within 200 ms at times, before the page has told that it was away.
  closed: [
    /^Offline for .* recovering: |^Online for /,
    /at CLOSED: The broker or the network closed .*\(TCP_CLOSED\)/,
    /^It tries again|^The module's answer leads on|^It stays so/,
  ],
  deact: [
    /^Offline for .* recovering: |^Online for /,
    /at DEACT: The network took the data bearer away.*\(BEARER_LOST\)/,
    /^It tries again|^The module's answer leads on|^It stays so/,
  ],
  hang: [
    /^Offline for .* recovering: /,
    /The module does not answer AT: .*\(MODEM_UNRESPONSIVE\)/,
    /^The module's answer leads on|^It tries again|^It waits/,
  ],
  'sim-out': [
    /^Offline for .* recovering: checking SIM.*no SIM card is in the module/,
    // The bearer is the first to go.
    /at DEACT: The network took the data bearer away.*\(BEARER_LOST\)/,
    /^The module's answer leads on|^It tries again/,
  ],
  'broker-down': [
    /^Offline for .* recovering: waiting/,
    /at CLOSED: .*Then it was found: The broker cannot be reached: .*\(TCP_FAILED\)/,
    /^It tries again .*, from .* on \(rung /,
  ],
  'login-refused': [
    /^A person is needed.* The broker refuses the login: check clientId, username and password/,
    /at CLOSED: .*\(TCP_CLOSED\).*\(MQTT_REFUSED\)/,
    /^It tries again by itself .*"Try again now" does so at once/,
  ],
};

for (const [action, says] of Object.entries(situations))
  test(`told only to open the page, one reads where it is, why and what is next: ${action}`, async (t) => {
    const own = start('demo', '--inspect', '0');
    t.after(() => own.stop());
    const address = await own.address;
    await own.said('It goes on');
    const view = await open(address);
    t.after(() => view.page.context().close());
    await view.status('online');
    await view.page.evaluate(() => {
      window.told = [];
      const read = () => {
        const words = ['state', 'loss', 'next'].map((name) =>
          document.getElementById(`words-${name}`).textContent.replaceAll(/\s+/g, ' '),
        );
        if (JSON.stringify(words) !== JSON.stringify(window.told.at(-1))) window.told.push(words);
      };
      new MutationObserver(read).observe(document.getElementById('top'), {
        subtree: true,
        childList: true,
        characterData: true,
      });
    });
    await view.page.locator(`[data-action="${action}"]`).click();
    const told = () => view.page.evaluate(() => window.told);
    try {
      await view.page.waitForFunction(
        (patterns) =>
          window.told.some((words) => words.every((words, index) => new RegExp(patterns[index]).test(words))),
        says.map(({ source }) => source),
      );
    } catch (error) {
      throw new Error((await told()).map((words) => words.join('\n')).join('\n\n'), { cause: error });
    }
    const found = (await told()).find((words) => says.every((pattern, index) => pattern.test(words[index])));
    for (const line of found) t.diagnostic(line);
    if (action === 'broker-down')
      await view.page.screenshot({ path: path.join(images, 'inspector-recovering-light.png') });
  });

test('without the token it can be looked at, and its buttons do nothing', async () => {
  const view = await open(url.replace(/#.*/, ''));
  assert.ok(await view.page.locator('[data-action="closed"]').isDisabled());
  await view.status('online');
  await view.close();
});

test('it can be used by keyboard alone', async () => {
  const { page, ...view } = await open(url);
  const focused = () =>
    page.evaluate(
      () =>
        document.activeElement?.id ||
        document.activeElement?.getAttribute('data-path') ||
        document.activeElement?.className,
    );
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'skip');
  await page.keyboard.press('Enter');
  await page.locator('#chart').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.match(await page.locator('#detail').textContent(), /\w/);
  await page.locator('#slider').focus();
  await page.keyboard.press('Home');
  await page.locator('#live[aria-pressed="false"]').waitFor();
  assert.equal(await page.locator('#slider').inputValue(), '0');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.locator('#slider').inputValue(), '1');
  await page.locator('#live').focus();
  await page.keyboard.press('Enter');
  await page.locator('#live[aria-pressed="true"]').waitFor();
  const reached = new Set();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    reached.add(await focused());
  }
  for (const id of ['theme', 'chart', 'timeline', 'log', 'wire', 'play', 'live', 'slider', 'save', 'open'])
    assert.ok(reached.has(id), `${id} among ${[...reached].join(', ')}`);
  await view.close();
});

test('at 390 px nothing but the chart is wider than the screen, and the chart shows where it is', async () => {
  const view = await open(url, { width: 390, height: 844 });
  await view.status('online');
  const width = await view.page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `${width} px`);
  const figures = await view.page.evaluate(() => {
    document.getElementById('figure-rung').textContent = 'restart module · 17 failed';
    return [...document.querySelectorAll('.figures dd:not(.small)')]
      .filter((figure) => figure.scrollWidth > figure.clientWidth)
      .map(({ id }) => id);
  });
  assert.deepEqual(figures, [], 'figures wider than their cards');
  const box = await view.page.locator('[data-path="subscribed"]').boundingBox();
  assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
  await view.page.screenshot({ path: path.join(images, 'inspector-narrow.png') });
  await view.close();
});

test('it replays a recorded run, from the program and from a file', async () => {
  await demo.stop();
  const lines = readFileSync(recording, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const closed = lines.findIndex(({ event }) => event === 'CLOSED');
  assert.ok(closed > 0);
  const replay = start('replay', recording, '--inspect', '0');
  const address = await replay.address;
  const view = await open(address);
  await view.page.locator('#feed:text-is("recorded run")').waitFor();
  const slider = view.page.locator('#slider');
  await slider.fill(String(closed));
  await view.status('recovering');
  await view.active('recovering.closingTcp');
  assert.ok((await view.page.locator('.arrow.taken').count()) > 0);
  await slider.press('ArrowLeft');
  await view.status('online');
  await slider.press('Home');
  await view.page.locator('#play').click();
  await view.page.waitForFunction(() => Number(document.getElementById('slider').value) > 20);
  await view.page.locator('#play').click();
  await slider.fill(String(closed));
  await view.page.screenshot({ path: path.join(images, 'inspector-replay.png') });

  await view.page.locator('#open').setInputFiles(recording);
  await view.page.locator('#position', { hasText: 'run.jsonl' }).waitFor();
  await slider.fill(String(closed));
  await view.status('recovering');
  await view.close();
  await replay.stop();
});
