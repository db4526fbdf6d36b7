/**
 * `dist/katman.js`: what trains on the GPU. A page without a build step gets all that a file imports, used or
 * not; so what trains without a GPU, and the lab with its kernels to look at, are files of their own.
 */
export { Dataset } from '../src/data/dataset.ts';
export { datasets } from '../src/data/generators.ts';
export * from '../src/errors.ts';
export { openGpu } from '../src/gpu/open.ts';
export { dense } from '../src/network/layers.ts';
export { adam, adamw, momentum, nesterov, rmsprop, sgd } from '../src/network/optimizer.ts';
export { Network } from '../src/session/network.ts';
