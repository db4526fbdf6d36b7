import type { Attempt } from '../lab/workbench/types.ts';

/** A text that is to take the place of a kernel while a network trains. */
export type Swap = Pick<Attempt, 'kernel' | 'source'> & Partial<Pick<Attempt, 'flags' | 'constants' | 'workgroups'>>;
