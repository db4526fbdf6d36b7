export const REDIS_MISSING: string;
export function findRedis(): string | undefined;
