import { common } from './common.ts';
import { texts as fused } from './texts/fused.ts';
import { texts as resident } from './texts/resident.ts';

/** The files of `shaders/lib` that `//#include NAME` pastes. */
export const library: Readonly<Record<string, string>> = { ...common, ...fused.library, ...resident.library };
