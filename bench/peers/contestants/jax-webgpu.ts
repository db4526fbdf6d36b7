import type { Create } from '../jobs.ts';
import { createJax } from './lib/jax.ts';

export const create: Create = (job) => createJax(job, 'webgpu');
