import type { Page } from 'puppeteer';
import { describe, expect, inject, it } from 'vitest';
import { OFTEN, flatOut, losses, sleep } from './faults.ts';
import { site } from './site.ts';
import { frame, pause, phase, settled, steps, visits, weights } from './visit.ts';

const start = visits();
const { url } = site();
const playground = () => `${url()}/index.html`;

/** Runs a text that gives a promise, with what the library exports as `katman`, on an empty page. */
async function library(page: Page, doing: string): Promise<any> {
  return page.evaluate(`import('/src/index.ts').then(async (katman) => { ${doing} })`);
}
const empty = () => `${inject('serverUrl')}/src/cli/harness.html`;

const DATA = `
  const { openGpu, Network, dense } = katman;
  const rows = 64;
  const x = Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(7 * i));
  const data = { rows, x, y: Float32Array.from({ length: rows }, (_, i) => Number(x[2 * i] > x[2 * i + 1])) };
  const make = (gpu, seed) =>
    Network.create(gpu, { inputs: 2, layers: [dense(8, 'tanh'), dense(1, 'sigmoid')], init: { seed } });
  const bits = async (network) =>
    (await network.parameters()).map(({ w, b }) => [...new Uint32Array(w.buffer), ...new Uint32Array(b.buffer)]).join();
`;

describe('a GPU that is opened again in vain', () => {
  it('the browser gives no other: six attempts with growing pauses, and a sentence with the last checkpoint, from which it goes on on the page loaded again', async () => {
    // Without the flags, Chrome gives a page no other GPU after the second loss.
    const page = await start({ alone: true, complains: true, url: empty() });
    await page.exposeFunction('lose', await losses(page));
    const fit = `{ steps: 3000, batchSize: 16, seed: 3, plan: 'fused' }`;
    const { said, took, after, saved, at } = await library(
      page,
      `${DATA}
      const gpu = await openGpu({ recover: true });
      const network = await make(gpu, 1);
      let [saved, at, losses, began] = [undefined, 0, 0, 0];
      const said = await network.fit(data, {
        ...${fit},
        checkpoint: { everySteps: 100, save: (bytes, steps) => void ([saved, at] = [bytes, steps]) },
        onProgress: async ({ step }) => {
          if (losses === 2 || step < 200 * (losses + 1)) return;
          losses++;
          began = performance.now();
          await lose();
        },
      }).then(() => 'done', String);
      const after = await network.parameters().then(() => 'read', String);
      return { said, took: performance.now() - began, after, at, saved: btoa(String.fromCharCode(...saved)) };`,
    );
    expect(said).toMatch(
      /^DeviceLostError: The GPU device was lost, and in 6 attempts no other could be opened \(.*no adapter.*\)\. Load the page again, or restart the browser, and resume from the last checkpoint\. The last checkpoint is that of step \d+$/,
    );
    expect(said.endsWith(`step ${at}`)).toBe(true);
    // The pauses are 0, 50, 200, 1000, 2000 and 4000 ms.
    expect(took).toBeGreaterThan(7000);
    expect(after).toMatch(/^DeviceLostError: /);

    await page.reload();
    const [resumed, straight] = await library(
      page,
      `${DATA}
      const gpu = await openGpu();
      const resume = Uint8Array.from(atob('${saved}'), (letter) => letter.charCodeAt(0));
      const all = [];
      for (const more of [{ resume }, {}]) {
        const network = await make(gpu, more.resume ? 2 : 1);
        const { steps } = await network.fit(data, { ...${fit}, ...more });
        all.push([steps, await bits(network)].join());
      }
      return all;`,
    );
    expect(resumed).toMatch(/^3000,/);
    expect(resumed).toBe(straight);
  });

  it('each is lost before it has made a step: after eight it says so, and what to do; a smaller network trains', async () => {
    const page = await start({ alone: true, complains: true, flags: OFTEN, url: empty() });
    await page.exposeFunction('lose', await losses(page));
    const { said, lost, smaller } = await library(
      page,
      `${DATA}
      const gpu = await openGpu({ recover: true });
      // A step of it takes many times as long as a device is there.
      const large = await Network.create(gpu, { inputs: 512, layers: [dense(1024, 'relu'), dense(1024, 'relu'), dense(1, 'sigmoid')] });
      const many = { rows: 4096, x: new Float32Array(4096 * 512).fill(0.5), y: new Float32Array(4096) };
      let [known, lost] = [undefined, 0];
      const losing = setInterval(() => {
        if (known === gpu.device) return;
        known = gpu.device;
        // Not before the training has a copy of the weights, with which it could go on.
        setTimeout(lose, lost++ ? 50 : 1000);
      }, 5);
      const said = await large.fit(many, { steps: 3, batchSize: 4096, plan: 'fused', verify: 'never' }).then(() => 'done', String);
      clearInterval(losing);
      const network = await make(await openGpu(), 1);
      return { said, lost, smaller: (await network.fit(data, { steps: 20 })).steps };`,
    );
    expect(said).toMatch(
      /^DeviceLostError: The GPU device was lost 9 times at step 1, and nothing was gained in between; take a smaller network, batch or data set, or another adapter$/,
    );
    expect(lost).toBeGreaterThanOrEqual(9);
    expect(smaller).toBe(20);
  });
});

describe('a page whose GPU is lost as often as it is there', () => {
  it('gives up after a few attempts, says so and what to do; a smaller network trains', async () => {
    // A step of it takes many times as long as a device is there.
    const hash = 'data=digits&layers=1024.relu-1024.relu&batch=0';
    const page = await start({ url: playground(), hash, alone: true, complains: true, flags: OFTEN });
    const lose = await losses(page);
    await page.waitForFunction(() => document.getElementById('adapter')!.textContent!.length > 2);
    const end = '#alert';
    let again = 0;
    while (!(await page.$(end))) {
      await sleep(600);
      await lose();
      // One that was on its way is opened a little later, and nothing is said of it.
      await page.waitForSelector(`#kept[data-kind=again], ${end}`, { timeout: 2500 }).catch(() => {});
      if ((await page.$(end)) || !(await page.$('#kept'))) continue;
      again++;
      await page.click('#kept button');
      await page.waitForFunction(() => !document.querySelector('#kept[data-kind=again]'));
    }
    expect(await page.$eval(end, (found) => found.textContent)).toMatch(
      /The GPU was lost again and again, and no step was made in between; take a smaller network/,
    );
    expect(again).toBeLessThanOrEqual(4);
    await page.click('[data-set=moons]');
    await steps(page, 20);
    expect(await page.$('#alert')).toBeNull();
  });
});

describe('one page', () => {
  it('two networks that train at once on one GPU end with the bits of each alone; one that trains is not trained twice', async () => {
    const page = await start({ url: empty() });
    const { alone, both, twice } = await library(
      page,
      `${DATA}
      const gpu = await openGpu();
      const fits = [{ steps: 400, batchSize: 16 }, { steps: 300, batchSize: 8, plan: 'textbook' }];
      const networks = () => Promise.all([make(gpu, 1), make(gpu, 2)]);
      const alone = [];
      for (const [i, network] of (await networks()).entries()) {
        await network.fit(data, fits[i]);
        alone.push(await bits(network));
      }
      const pair = await networks();
      const both = pair.map((network, i) => network.fit(data, fits[i]));
      const twice = await pair[0].fit(data, fits[0]).then(() => 'done', String);
      await Promise.all(both);
      return { alone, both: await Promise.all(pair.map(bits)), twice };`,
    );
    expect(both).toEqual(alone);
    expect(twice).toMatch(/^UsageError: /);
  });

  it('controls that are pressed twice at once begin nothing twice: the weights are those of a run that was left alone', async () => {
    const hash = 'data=moons&batch=32&stop=400';
    const page = await start({ url: playground(), hash });
    await steps(page, 20);
    await pause(page);
    await page.click('#primary', { count: 2 });
    await page.click('#step', { count: 2 });
    await phase(page, 'paused');
    const at = await settled(page);
    await page.click('#reset', { count: 2 });
    await frame(page);
    expect(await settled(page)).toBeLessThan(at);
    await flatOut(page);
    await page.click('#primary', { count: 3 });
    // Whether it runs or rests after three presses, it goes on to its end.
    const now = () => page.$eval('#primary', (button) => (button as HTMLElement).dataset.phase);
    for (let at = await now(); at !== 'ended'; at = await now()) {
      if (at === 'paused') await page.click('#primary');
      await settled(page);
    }
    expect(await settled(page)).toBe(400);
    const other = await start({ url: playground(), hash });
    await flatOut(other);
    await phase(other, 'ended');
    expect(await weights(page)).toBe(await weights(other));
  });

  it('that is loaded again in the middle of a step trains, time after time', async () => {
    // A step takes a while where the GPU is software.
    const page = await start({ url: playground(), hash: 'data=digits&layers=64.relu&batch=0' });
    for (let i = 0; i < 3; i++) {
      await steps(page, 1);
      await page.reload();
    }
    await steps(page, 2);
    expect(await page.$('#alert')).toBeNull();
  });
});
