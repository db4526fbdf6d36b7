#!/usr/bin/env node
/** Pictures of every view of the page, in both themes at three widths, for the docs: `npm run shots [-- FOLDER]`. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer';
import { createServer } from 'vite';
import { findBrowsers } from './browsers.mjs';

const folder = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../docs/page'));
const FLAGS = [
  ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-sync', '--hide-scrollbars'],
  ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  ...['--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'],
];

/** A view: its link, what is done before it is taken, and, unless it is the playground: its file and what tells that it is ready. */
const VIEWS = {
  playground: { link: 'data=flower&steps=600', act: async () => {} },
  table: { link: 'data=iris&steps=300', act: async () => {} },
  digits: {
    link: 'data=digits&steps=300',
    act: async (page) => {
      const pad = await page.waitForSelector('.drawing [role=grid], .drawing svg');
      await pad.scrollIntoView();
      const { x, y, width, height } = await pad.boundingBox();
      const at = (u, v) => page.mouse.move(x + u * width, y + v * height, { steps: 6 });
      await at(0.35, 0.25);
      await page.mouse.down();
      for (const [u, v] of [
        [0.65, 0.25],
        [0.5, 0.5],
        [0.42, 0.8],
      ])
        await at(u, v);
      await page.mouse.up();
    },
  },
  lesson: {
    link: 'data=flower&steps=1',
    act: async (page) => {
      await page.click('nav button:nth-child(2)');
      await (await page.waitForSelector('[data-lesson="2"]')).click();
      await wait(6000);
    },
  },
  hand: {
    link: 'data=flower&steps=1',
    act: async (page) => {
      await page.click('nav button:nth-child(2)');
      await (await page.waitForSelector('[data-lesson="7"]')).click();
      await page.waitForSelector('.byhand table');
      for (let i = 0; i < 4; i++) {
        await page.focus('.byhand button');
        await page.keyboard.press('ArrowRight');
      }
    },
  },
  lab: {
    file: 'lab.html',
    ready: '#answer[data-kind=right][data-stage=idle]',
    link: '',
    act: async (page) => {
      await page.waitForSelector('#roofs');
      await page.waitForSelector('#roofline canvas');
    },
  },
  own: {
    link: 'data=flower&steps=1',
    act: async (page) => {
      await page.click('[data-action=own]');
      await page.waitForSelector('dialog[open]');
    },
  },
};

/** Those that are named, or all. */
const wanted = process.argv.slice(3);

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

mkdirSync(folder, { recursive: true });
const server = await createServer({ logLevel: 'error', server: { port: 0, host: '127.0.0.1', hmr: false } });
await server.listen();
const browser = await puppeteer.launch({ executablePath: findBrowsers()[0].path, args: [...FLAGS] });
try {
  for (const [name, { link, act, file = '', ready = '#primary[data-phase=paused]' }] of Object.entries(
    VIEWS,
  ).filter(([name]) => !wanted.length || wanted.includes(name)))
    for (const width of [360, 1280, 1920])
      for (const theme of ['light', 'dark']) {
        const context = await browser.createBrowserContext();
        const page = await context.newPage();
        await page.setViewport({ width, height: width === 360 ? 780 : width === 1280 ? 800 : 1080 });
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
        await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/${file}#${link}`);
        await page.waitForSelector(ready);
        await wait(1500);
        await act(page);
        await wait(700);
        const picture = path.join(folder, `${name}-${width}-${theme}.webp`);
        await page.screenshot({ path: picture, type: 'webp', quality: 80 });
        console.log(path.relative(process.cwd(), picture));
        await context.close();
      }
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
