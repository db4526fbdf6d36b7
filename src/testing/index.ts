/** `katman/testing`: WGSL of one's own, tested in a real headless browser. */
export * from '../errors.ts';
export { expectClose } from './expectClose.ts';
export { webgpuFlags } from './flags.ts';
export { type Hooks, useGpuPage } from './hooks.ts';
export { openGpuPage } from './open.ts';
export { type Tolerance, sumOfProducts, ulp } from './tolerance.ts';
export type {
  Bindings,
  BindingsOf,
  Case,
  CompareOptions,
  Compared,
  Dispatch,
  GpuPage,
  Kernel,
  Numbers,
  OpenOptions,
  Oracle,
  Output,
  OutputArrays,
  Results,
  Value,
} from './types.ts';
export type { DrivenPage } from '../cli/drivenPage.ts';
