/** The bench of the shader lab: judges a text against the oracle of a kernel, then times it against the kernel. */
export * from './types.ts';
export { compileAttempt } from './compile.ts';
export { judgeAttempt } from './judge.ts';
export { judgeOwn } from './own.ts';
export { describePrint, printAttempt } from './print.ts';
export { rooflines } from './roofline.ts';
export { shapeNames, shapeOf } from './shape.ts';
export { onOwnDevice } from './device.ts';
export { sourceOf } from './source.ts';
export { sweepAttempt } from './sweep.ts';
export { timeAttempt } from './time.ts';
