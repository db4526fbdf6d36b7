import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Create } from '../jobs.ts';
import { createTf } from './lib/tfjs.ts';

// With SIMD and threads: the page is cross-origin isolated.
setWasmPaths('/wasm/');
setThreadsCount(Number(new URLSearchParams(location.search).get('threads') ?? navigator.hardwareConcurrency));

export const create: Create = (job) => createTf(job, 'wasm');
