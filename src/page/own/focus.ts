import { useEffect, useRef } from 'preact/hooks';

/** Gives the focus to a heading when it appears, so that whoever listens hears what came. */
export function useHeadingFocus() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
