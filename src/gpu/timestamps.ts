/** The optional feature that lets a pass note when it began and ended. */
export const TIMESTAMPS = 'timestamp-query';
