import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose code is loaded when it is first shown; nothing is shown until then, and later at once. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let last: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [Loaded, set] = useState(() => last);
    useEffect(() => {
      if (!last) void load().then((component) => set(() => (last = component)));
    }, []);
    return Loaded ? <Loaded {...props} /> : null;
  };
}
