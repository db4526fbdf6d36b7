import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose code is loaded when it is first shown; nothing is shown until then. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function Lazy(props: Props) {
    const [Loaded, set] = useState<ComponentType<Props> | undefined>();
    useEffect(() => void load().then((component) => set(() => component)), []);
    return Loaded ? <Loaded {...props} /> : null;
  };
}
