/** Katman with the plan that it chooses by itself: on the GPU or the CPU, whichever is faster here. */
import type { Create } from '../jobs.ts';
import { createKatman } from './lib/katman.ts';

export const create: Create = (job) => createKatman(job, { plan: 'auto' });
