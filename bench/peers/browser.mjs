/** Browsers: which one, and one visit. */
import { importer } from '../../bin/source.mjs';

/** How long a browser may take to end by itself. */
const CLOSE_MS = 5000;

/**
 * Finds a browser as the command line of Katman does: the first whose adapter has really computed.
 * @returns what starts it anew, its profile empty, and what is known of it
 * @throws GpuUnavailableError listing all that was tried
 */
export async function findBrowser(require, signal) {
  const source = await importer();
  const { startServer } = await source('/src/cli/server.ts');
  const { launch } = await source('/src/cli/launch.ts');
  const { targets } = await source('/src/cli/targets/index.ts');
  const { adapterName } = await source('/src/gpu/adapter.ts');
  const server = await startServer();
  try {
    const { rung, version, close } = await launch(server, { require }, signal);
    await close();
    const { adapter } = rung.probe;
    return {
      start: () => targets[rung.target].start(rung, signal),
      version,
      flags: rung.flags,
      adapter: `${adapterName(adapter)} (${adapter.kind})`,
    };
  } finally {
    await server.close();
  }
}

/**
 * One visit: a fresh browser, and so no cache of shaders or code; a blank page starts its GPU process; then
 * the page.
 * @returns what the page measured, or `error`
 */
export async function visit({ start }, address, { counts = false, seconds }) {
  let browser;
  let timer;
  try {
    browser = await start();
    const page = await browser.browser.newPage();
    const logs = new Set();
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) logs.add(message.text().slice(0, 200));
    });
    page.on('pageerror', (error) => logs.add(String(error).slice(0, 200)));
    await page.goto(new URL('/blank', address).href);
    await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter();
      (await adapter.requestDevice()).destroy();
    });
    if (counts) await page.evaluateOnNewDocument(countCalls);
    await page.goto(address);
    const late = new Promise((resolve) => {
      const error = `no result within ${seconds} s; a larger --timeout would wait longer`;
      timer = setTimeout(resolve, seconds * 1000, { error });
    });
    const result = await Promise.race([page.evaluate(() => window.result), late]);
    return { ...result, ...(logs.size && { logs: [...logs].slice(0, 3) }) };
  } catch (error) {
    return { error: String(error.message).slice(0, 300) };
  } finally {
    clearTimeout(timer);
    if (browser) await end(browser);
  }
}

/** Ends a browser, also one that answers no more. */
async function end({ browser, close }) {
  const timer = setTimeout(() => browser.process()?.kill('SIGKILL'), CLOSE_MS);
  await close();
  clearTimeout(timer);
}

/** Runs in the page before all else: counts the calls of WebGPU that cost something, by name. */
function countCalls() {
  const counts = (window.gpuCounts = {});
  const watch = (owner, ...names) => {
    for (const name of names) {
      const original = owner?.prototype[name];
      if (!original) continue;
      owner.prototype[name] = function (...args) {
        counts[name] = (counts[name] ?? 0) + 1;
        return original.apply(this, args);
      };
    }
  };
  watch(
    globalThis.GPUDevice,
    ...['createBuffer', 'createBindGroup', 'createComputePipeline', 'createComputePipelineAsync'],
    ...['createShaderModule', 'createCommandEncoder'],
  );
  watch(globalThis.GPUQueue, 'submit', 'writeBuffer');
  watch(globalThis.GPUCommandEncoder, 'beginComputePass', 'copyBufferToBuffer', 'clearBuffer');
  watch(globalThis.GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatchWorkgroupsIndirect');
  watch(globalThis.GPUBuffer, 'mapAsync');
}
