/** The text of a service worker that keeps these files. */
export function serviceWorker(files: readonly string[]): string;
