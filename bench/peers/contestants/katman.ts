/** Katman on the GPU, whatever a CPU would do faster: verified first, then tuned while it trains. */
import type { Create } from '../jobs.ts';
import { createKatman } from './lib/katman.ts';

export const create: Create = (job) => createKatman(job, { plan: 'auto', gpuOnly: true });
