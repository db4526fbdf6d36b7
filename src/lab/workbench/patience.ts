/** What `within` resolves with when it does not wait any longer. */
export const LATE = Symbol('late');

/**
 * Waits so long and no longer. What is late goes on by itself: a GPU cannot be told to stop.
 * @throws what the work throws, and the signal's reason
 */
export async function within<T>(
  ms: number,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T | typeof LATE> {
  signal?.throwIfAborted();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<typeof LATE>((resolve, reject) => {
    timer = setTimeout(() => resolve(LATE), ms);
    onAbort = () => reject(signal!.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort!);
  }
}
