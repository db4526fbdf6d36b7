import { readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from 'puppeteer';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** Serves a folder as any static server does. */
export async function serveFolder(folder: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url!, 'http://x').pathname.slice(1));
    try {
      const content = readFileSync(path.join(folder, name));
      response.setHeader('content-type', TYPES[path.extname(name)] ?? 'application/octet-stream');
      response.end(content);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** How many colours a chart has, and a sum that another picture has another of. */
export async function picture(page: Page, id: string): Promise<{ colours: number; sum: number }> {
  return page.evaluate((name) => {
    const found = new Set<number>();
    let sum = 0;
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>(`#${name} canvas`)) {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const pixels = new Uint32Array(data.buffer);
      pixels.forEach((pixel, i) => {
        found.add(pixel);
        sum = (sum + pixel * ((i % 8191) + 1)) % 2 ** 40;
      });
    }
    return { colours: found.size, sum };
  }, id);
}

/** Where a chart has a place of colour: the middle of the first patch from the left. */
export async function coloured(page: Page, id: string): Promise<{ x: number; y: number }> {
  return page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`#${name} canvas`)!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const isColour = (at: number) => data[at + 3] > 200 && Math.abs(data[at] - data[at + 2]) > 60;
    const { left, top, width } = canvas.getBoundingClientRect();
    const ratio = canvas.width / width;
    for (let x = 0; x < canvas.width; x++)
      for (let y = 0; y < canvas.height; y++)
        if (isColour(4 * (y * canvas.width + x)))
          return { x: left + (x + 2) / ratio, y: top + (y + 1) / ratio };
    throw new Error(`'${name}' has no colour`);
  }, id);
}

/** The trial that is chosen. */
export const chosenTrial = (page: Page): Promise<string> =>
  page.$eval('#details', (element) => (element as HTMLElement).dataset.trial!);

/** The rows of the table that are made, in their order. */
export const rowsOf = (page: Page): Promise<string[]> =>
  page.$$eval('tr[data-trial]', (rows) => rows.map((row) => (row as HTMLElement).dataset.trial!));
