import path from 'node:path';
import { install } from '../install.ts';

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
  install(folder, 'ONNX Runtime (150 MB)');
  const file = path.join(folder, 'node_modules/onnxruntime-web/dist/ort.node.min.mjs');
  const runtime: OnnxRuntime = await import(/* @vite-ignore */ file);
  runtime.env.wasm.numThreads = 1;
  return runtime;
}
