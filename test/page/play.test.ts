import { describe, expect, inject, it } from 'vitest';
import {
  frame,
  link,
  number,
  pause,
  phase,
  set,
  settled,
  step,
  steps,
  text,
  unfold,
  visits,
} from './visit.ts';

const start = visits();

describe('the playground', () => {
  it('is learning the flower when one comes, and its surface moves', async () => {
    const page = await start();
    await phase(page, 'playing');
    await steps(page, 10);
    expect(await text(page, 'adapter')).not.toBe('–');
    const picture = async () => (await (await page.$('.map'))!.screenshot()).toString();
    const before = await picture();
    await steps(page, (await step(page)) + 100);
    expect(await picture()).not.toBe(before);
    expect(await page.$$eval('button.node', (nodes) => nodes.length)).toBe(4);
    expect(await text(page, 'verify')).toMatch(/Verified/);
  });

  it('pauses, makes single steps, goes on, and starts again', async () => {
    const page = await start();
    await steps(page, 5);
    const paused = await pause(page);
    expect(await settled(page)).toBe(paused);
    await page.click('#step');
    await steps(page, paused + 1);
    expect(await settled(page)).toBe(paused + 1);
    await page.click('#primary');
    await steps(page, paused + 20);
    await pause(page);
    await page.click('#reset');
    await frame(page);
    expect(await settled(page)).toBe(0);
  });

  it('goes as fast as one wants it to', async () => {
    const page = await start();
    await steps(page, 5);
    await page.focus('#speed');
    await page.keyboard.press('Home');
    // Steps that were on their way come in yet.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const before = await step(page);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect((await step(page)) - before).toBeLessThanOrEqual(5);
    await page.keyboard.press('End');
    await steps(page, before + 1000);
  });

  it('trains on while layers, activations and the learning rate change', async () => {
    const page = await start();
    await steps(page, 20);
    await page.click('[data-layer="1"] [data-action=more]');
    await page.waitForFunction(() => document.querySelectorAll('button.node').length === 5);
    const grown = await step(page);
    expect(grown).toBeGreaterThanOrEqual(20);
    await page.click('[data-action=layer]');
    await page.waitForFunction(() => document.querySelectorAll('button.node').length === 10);
    await page.select('.head[data-layer="2"] select', 'relu');
    await set(page, 'learningRate', '-1');
    await steps(page, grown + 40);
    expect(await link(page)).toMatch(/then=\d+;layers=5\.tanh/);
    await page.click('.head[data-layer="2"] [data-action=remove]');
    await page.waitForFunction(() => document.querySelectorAll('button.node').length === 5);
    await steps(page, (await step(page)) + 5);
  });

  it('shows every set, and starts another run for it', async () => {
    const page = await start();
    for (const name of ['circles', 'spiral', 'houses', 'plane', 'iris', 'wine', 'breast_cancer', 'digits']) {
      await page.click(`[data-set=${name}]`);
      await page.waitForFunction((set) => location.hash.includes(`data=${set}`), {}, name);
      await steps(page, 3);
      expect(await text(page, 'alert').catch(() => '')).toBe('');
    }
  });

  it('draws the data anew with other noise, and the whole run with it', async () => {
    const page = await start({ hash: 'data=moons' });
    await steps(page, 3);
    await set(page, 'noise', '0.4');
    await page.waitForFunction(() => location.hash.includes('noise=0.4'));
    await steps(page, 3);
  });

  it('shows what a unit computes: z is the sum that is written there', async () => {
    const page = await start();
    await steps(page, 30);
    await pause(page);
    await page.click('button.node[data-unit="2"]');
    await frame(page);
    const sum = await page.$$eval('.bill tr:not(.sum) td:last-child', (cells) =>
      cells.slice(0, 3).reduce((total, cell) => total + parseFloat(cell.textContent!.replace('−', '-')), 0),
    );
    const z = parseFloat((await text(page, 'unit-z')).replace('−', '-'));
    expect(Math.abs(z - sum)).toBeLessThan(0.02);
    const a = parseFloat((await text(page, 'unit-a')).replace('−', '-'));
    expect(Math.abs(a - Math.tanh(z))).toBeLessThan(0.02);
    await page.waitForSelector('#saturated');
  });

  it('undoes the last change', async () => {
    const page = await start();
    await steps(page, 5);
    await page.click('[data-set=xor]');
    await page.waitForFunction(() => location.hash.includes('data=xor'));
    await page.keyboard.down('Control');
    await page.keyboard.press('z');
    await page.keyboard.up('Control');
    await page.waitForFunction(() => location.hash.includes('data=flower'));
  });

  it('remembers the last session', async () => {
    const page = await start();
    await page.click('[data-set=moons]');
    await steps(page, 3);
    await page.goto(page.url().replace(/#.*/, ''));
    await page.waitForFunction(() => location.hash.includes('data=moons'));
    await steps(page, 3);
  });

  it('speaks Turkish, and keeps to it', async () => {
    const page = await start();
    await steps(page, 1);
    await page.click('button[lang=tr]');
    expect(await text(page, 'primary')).toBe('Duraklat');
    expect(await page.$eval('html', ({ lang }) => lang)).toBe('tr');
    expect(await page.title()).toMatch(/ağ/);
    await page.reload();
    await phase(page, 'paused', 'playing');
    expect(await page.$eval('html', ({ lang }) => lang)).toBe('tr');
  });

  it('stops where it is told to, and where training diverges, and offers a way on', async () => {
    const page = await start({ hash: 'data=plane&learningRate=900&optimizer=sgd' });
    await page.waitForSelector('#smaller');
    expect(await text(page, 'alert')).toMatch(/diverged at a learning rate of 900/);
    await page.click('#smaller');
    await page.waitForFunction(() => location.hash.includes('learningRate=90'));
    await page.goto(page.url().replace(/#.*/, '#data=plane&stop=50'));
    await page.reload();
    await phase(page, 'ended');
    expect(await settled(page)).toBe(50);
  });

  it('goes back to before a divergence, and on after an early stop', async () => {
    const page = await start({ hash: 'data=plane&then=100;learningRate=900&steps=400' });
    await (await page.waitForSelector('#back'))!.click();
    await phase(page, 'paused');
    const back = await settled(page);
    expect(back).toBeGreaterThan(0);
    expect(back).toBeLessThanOrEqual(100);
    expect(await number(page, 'loss')).toBeLessThan(10);
    await page.goto(page.url().replace(/#.*/, '#data=moons&patience=1&minDelta=1'));
    await page.reload();
    await phase(page, 'ended');
    const ended = await settled(page);
    await page.click('#primary');
    await steps(page, ended + 1);
  });

  it('offers what the device can hold where a network is too large, and names the limit', async () => {
    const url = `${inject('serverUrl')}/index.html?limits=default`;
    const page = await start({ url, hash: 'data=digits&layers=8192.relu-8192.relu&held=0.5' });
    await page.waitForSelector('#offer');
    expect(await text(page, 'alert')).toMatch(
      /'parameters' needs \d+ bytes, but this adapter's max\w+ is \d+/,
    );
    expect(await text(page, 'offer')).toBe('Take 4096 + 4096 units instead');
  });

  it('says what a step takes on the GPU', async () => {
    const page = await start();
    await page.waitForFunction(() => /µs|ms/.test(document.getElementById('per-step')?.textContent ?? ''));
  });

  it('says what is wrong with a setting, where it is', async () => {
    const page = await start();
    await unfold(page);
    await set(page, 'batch', '-3');
    await page.waitForSelector('[name=batch][aria-invalid=true]');
    expect(await page.$eval('.field:has([name=batch]) .error', (e) => e.textContent)).toMatch(
      /whole number from 0/,
    );
    await set(page, 'batch', '64');
    await page.waitForFunction(() => !document.querySelector('[aria-invalid=true]'));
  });
});

describe('a link', () => {
  it('makes the same numbers again, changes on the way included', async () => {
    const page = await start({ hash: 'data=moons&batch=32' });
    await steps(page, 30);
    await page.click('[data-layer="1"] [data-action=more]');
    await steps(page, (await step(page)) + 20);
    await set(page, 'learningRate', '-1');
    await steps(page, (await step(page)) + 20);
    const made = await pause(page);
    const hash = await link(page);
    expect(hash).toContain(`steps=${made}`);
    const exact = () => page.$eval('#loss', (element) => (element as HTMLElement).title);
    const [loss, z] = [await exact(), await text(page, 'unit-z')];

    const again = await start({ hash });
    await phase(again, 'paused');
    expect(await settled(again)).toBe(made);
    await again.waitForFunction((is) => document.getElementById('loss')?.title === is, {}, loss);
    expect(await text(again, 'unit-z')).toBe(z);
  });

  it('with nonsense in it says so, and nothing of it becomes markup', async () => {
    const evil = '<img src=x onerror="window.hacked=1">';
    const hash = `data=moons&learningRate=abc&layers=9999999.tanh&${encodeURIComponent(evil)}=${encodeURIComponent(evil)}&then=x&noise=1e99&__proto__=1&steps=-4`;
    const page = await start({ hash });
    await page.waitForSelector('#alert');
    const said = await text(page, 'alert');
    for (const part of ['learningRate=abc', 'layers=9999999.tanh', evil, 'then=x', 'noise=1e99', 'steps=-4'])
      expect(said).toContain(part);
    expect(await page.$$eval('main img', (all) => all.length)).toBe(0);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    await steps(page, 3);
  });
});

describe('without WebGPU', () => {
  it('trains on the CPU, and says so', async () => {
    const page = await start({ webgpu: false });
    await steps(page, 50);
    expect(await text(page, 'alert')).toMatch(/no WebGPU.*CPU trains/);
    expect(await text(page, 'plan')).toBe('cpu');
    expect(await text(page, 'adapter')).toMatch(/CPU/);
    await page.focus('#speed');
    await page.keyboard.press('End');
    await page.waitForFunction(() => parseFloat(document.getElementById('score')!.textContent!) > 75);
    expect(await number(page, 'step-count')).toBeGreaterThan(100);
  });
});
