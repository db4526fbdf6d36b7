/** Where the lab leaves a kernel for the playground, in this browser. */
export const KEY = 'katman.kernel';
