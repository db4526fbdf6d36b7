import { createRequire } from 'node:module';
import { install } from '../install.ts';

/** TensorFlow.js of the lock file, computing on the CPU; installed if it is not there yet. */
export async function tensorflow(): Promise<any> {
  install(import.meta.dirname, 'TensorFlow.js (300 MB)');
  const tf = createRequire(import.meta.url)('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  return tf;
}
