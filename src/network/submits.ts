/** Submits that may be on their way: the loop waits for the one two before. */
export const IN_FLIGHT = 3;
/** Most steps of one submit. */
export const MOST_STEPS = 1024;
