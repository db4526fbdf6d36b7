import type { Swap } from '../../session/swapKernel.ts';
import { KEY } from '../swap/key.ts';
import { handed, kernelNews } from './store.ts';

/** Looks whether the lab has left a kernel here, now and whenever it does. */
export function awaitKernel(): void {
  look();
  addEventListener('storage', ({ key }) => {
    if (key === KEY) look();
  });
}

function look(): void {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Swap | null;
    // Whatever else it says is judged.
    if (typeof found?.kernel !== 'string' || typeof found.source !== 'string') return;
    handed.value = found;
    kernelNews.value = undefined;
  } catch {
    // Where storage is forbidden, nothing is left.
  }
}

/** It has been taken, or is not wanted. */
export function taken(): void {
  localStorage.removeItem(KEY);
}
