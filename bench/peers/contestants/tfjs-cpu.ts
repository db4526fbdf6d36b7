import '@tensorflow/tfjs-backend-cpu';
import type { Create } from '../jobs.ts';
import { createTf } from './lib/tfjs.ts';

export const create: Create = (job) => createTf(job, 'cpu');
