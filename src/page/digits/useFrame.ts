import { useEffect, useRef } from 'preact/hooks';

/** What asks for work in the next frame: done once, with what holds then, however often it was asked for. */
export function useFrame(work: () => void): () => void {
  const latest = useRef(work);
  latest.current = work;
  const pending = useRef(0);
  useEffect(() => () => cancelAnimationFrame(pending.current), []);
  return () => {
    pending.current ||= requestAnimationFrame(() => {
      pending.current = 0;
      latest.current();
    });
  };
}
