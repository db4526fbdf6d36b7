import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;

/** What the test needs of onnxruntime-web. */
export interface OnnxRuntime {
  readonly env: { wasm: { numThreads: number } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: Record<string, unknown>): Promise<Record<string, { data: Float32Array; dims: number[] }>>;
    }>;
  };
}

/** ONNX Runtime, installed first where the packages of the lock file do not lie yet. */
export async function onnxRuntime(): Promise<OnnxRuntime> {
  const stamp = path.join(folder, 'node_modules', '.katman-interop');
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    console.error('Installing onnxruntime-web into test/interop/onnx (150 MB, once) ...');
    const { status, stdout, stderr, error, signal } = spawnSync(
      'npm',
      ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: folder, encoding: 'utf8', timeout: 600_000, shell: process.platform === 'win32' },
    );
    if (status !== 0) {
      const said = [stdout, stderr, error?.message, signal].filter(Boolean).join('\n').trim();
      throw new Error(
        `${said}\nONNX Runtime could not be installed. It comes from the npm registry: see that it can be ` +
          'reached (`npm ping`), then run the test again.',
      );
    }
    writeFileSync(stamp, wanted);
  }
  const file = path.join(folder, 'node_modules/onnxruntime-web/dist/ort.node.min.mjs');
  const runtime: OnnxRuntime = await import(/* @vite-ignore */ file);
  runtime.env.wasm.numThreads = 1;
  return runtime;
}
