import { type Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { pause, phase, settled, step, steps, text, visits, weights } from './visit.ts';

const start = visits();

/** With these a browser opens the GPU again as often as it is lost. */
const OFTEN = ['--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit'];
const RUN = 'data=flower&batch=32&stop=4000';

async function losses(page: Page): Promise<() => Promise<void>> {
  const session = await page.browser().target().createCDPSession();
  return () => session.send('Browser.crashGpuProcess').catch(() => {});
}

const said = (page: Page, ...kinds: string[]) =>
  page.waitForSelector(kinds.map((kind) => `#kept[data-kind=${kind}]`).join());

async function flatOut(page: Page): Promise<void> {
  await page.focus('#speed');
  await page.keyboard.press('End');
}

async function sees(page: Page): Promise<string> {
  return (await (await page.$('.map'))!.screenshot({ encoding: 'base64' })) as string;
}

/** As long as the browser takes to draw again. */
async function draws(page: Page, wanted: string): Promise<void> {
  for (let i = 0; i < 100 && (await sees(page)) !== wanted; i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await sees(page)).toBe(wanted);
}

describe('a GPU that is lost', () => {
  it('three times flat out: training goes on by itself, says so, draws on, and its weights are those of an undisturbed run', async () => {
    const page = await start({ alone: true, complains: true, flags: OFTEN, hash: RUN });
    const lose = await losses(page);
    await flatOut(page);
    for (const at of [200, 1200, 2200]) {
      await steps(page, at);
      await lose();
      // Lost between two of its restarts, the GPU is too late for what was there, and the run is made again.
      await said(page, 'reopened', 'again');
      expect(await text(page, 'kept')).toMatch(/The GPU was lost and opened again; .*the same numbers/);
      await page.click('#kept button');
      await page.waitForFunction(() => !document.getElementById('kept'));
    }
    await phase(page, 'ended');
    expect(await settled(page)).toBe(4000);
    const disturbed = await weights(page);

    const other = await start({ hash: RUN });
    await flatOut(other);
    await phase(other, 'ended');
    expect(await settled(other)).toBe(4000);
    expect(disturbed).toBe(await weights(other));
    await draws(page, await sees(other));
  });

  it('while the run is paused: it is at the same step with the same weights, and draws', async () => {
    const page = await start({ alone: true, complains: true, flags: OFTEN });
    await steps(page, 30);
    const at = await pause(page);
    const before = await weights(page);
    const seen = await sees(page);
    await (
      await losses(page)
    )();
    await said(page, 'reopened');
    expect(await settled(page)).toBe(at);
    expect(await weights(page)).toBe(before);
    await draws(page, seen);
    await page.click('#primary');
    await steps(page, at + 20);
  });

  it('and no other to be had: a sentence says what to do, the network is here and trains on the CPU; loaded again, it goes on', async () => {
    // Without the flags, Chrome gives a page no other GPU after the second loss.
    const page = await start({ alone: true, complains: true, hash: 'data=flower&batch=32' });
    const lose = await losses(page);
    await steps(page, 30);
    await lose();
    await said(page, 'reopened');
    const at = await pause(page);
    const before = await weights(page);
    const picture = await sees(page);
    await lose();
    await page.waitForSelector('#kept[data-kind=cpu]');
    expect(await text(page, 'kept')).toMatch(/no other is to be had.*CPU.*load the page again or restart/);
    expect(await settled(page)).toBe(at);
    expect(await weights(page)).toBe(before);
    expect(await text(page, 'adapter')).toMatch(/CPU/);
    // The CPU paints with fewer points.
    for (let i = 0; i < 100 && (await sees(page)).length < 0.7 * picture.length; i++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await sees(page)).length).toBeGreaterThan(0.7 * picture.length);
    await page.click('#primary');
    await steps(page, at + 20);
    await pause(page);
    await page.reload();
    await page.waitForSelector('[data-do=go-on]');
    await page.click('[data-do=go-on]');
    await phase(page, 'playing');
    await steps(page, at + 40);
    expect(await step(page)).toBeGreaterThan(at);
  });
});

/** What `gpu.check` or `gpu.buffer` says, on a page of the playground. */
const sentence = (page: Page, doing: string) =>
  page.evaluate(
    `import('/src/gpu/open.ts').then(async ({ openGpu }) => {
      const gpu = await openGpu();
      const hear = (error) =>
        gpu.device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error, cancelable: true }));
      try { ${doing}; gpu.check(); } catch (error) { return error.name + ': ' + error.message; }
      finally { gpu.dispose(); }
    })`,
  );

it('a GPU without memory is said so, with what to do', async () => {
  const page = await start();
  // As Chrome tells it; to use up the memory of a GPU in software would use up that of the machine.
  expect(await sentence(page, `hear(new GPUOutOfMemoryError("[Buffer 'layer1.w']"))`)).toMatch(
    /^GpuUnavailableError: The GPU has no memory left: .*layer1\.w.*; use a smaller/,
  );
});

it('an error of the GPU that nobody waits for is an error of the next call that somebody does', async () => {
  const page = await start();
  expect(await sentence(page, `hear(new GPUValidationError('no such binding'))`)).toBe(
    'KatmanError: The GPU refused a call: no such binding',
  );
});

it('a buffer of a size that is none is refused by its name', async () => {
  const page = await start();
  for (const size of ['1.5', '0', '-4', '6', 'NaN', '2 ** 53'])
    expect(await sentence(page, `gpu.buffer('x', ${size})`)).toMatch(
      /^KatmanError: buffer 'x': a size is a positive multiple of 4 bytes, not /,
    );
});
