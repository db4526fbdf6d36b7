import { createHash } from 'node:crypto';

/** The SHA-256 of some bytes, one array after another, in hexadecimal digits. */
export function sha256(...parts: readonly (Uint8Array | Float32Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
