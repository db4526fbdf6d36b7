/** Finds the Redis server on this machine. No dependencies: set-up runs before they exist. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** What to do where there is none. */
export const REDIS_MISSING =
  'No redis-server was found: install it (on Debian: apt-get install redis-server; elsewhere from https://redis.io), or set ' +
  'KATMAN_REDIS_SERVER to its path';

/**
 * The path of redis-server; where KATMAN_REDIS_SERVER names one, that.
 * @returns {string | undefined}
 * @throws {Error} if KATMAN_REDIS_SERVER names a file that is not there
 */
export function findRedis() {
  const named = process.env.KATMAN_REDIS_SERVER;
  if (named) {
    if (!existsSync(named))
      throw new Error(
        `KATMAN_REDIS_SERVER names '${named}', which does not exist; set it to the path of a redis-server (on Debian: apt-get install redis-server)`,
      );
    return named;
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const names = process.platform === 'win32' ? ['redis-server.exe'] : ['redis-server'];
  return folders
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
}
