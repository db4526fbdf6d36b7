/** `dist/katman-cpu.js`: what trains without a GPU, in a third of the bytes. */
export { Dataset } from '../src/data/dataset.ts';
export { datasets } from '../src/data/generators.ts';
export * from '../src/errors.ts';
export { dense } from '../src/network/layers.ts';
export { adam, adamw, momentum, nesterov, rmsprop, sgd } from '../src/network/optimizer.ts';
export { CpuNetwork } from '../src/session/cpuNetwork.ts';
