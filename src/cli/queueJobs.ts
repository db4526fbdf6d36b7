import { adapterName } from '../gpu/adapter.ts';
import type { Requires } from '../sweep/spec.ts';
import type { Trial } from '../sweep/trials.ts';
import type { RunHead } from './inBrowser.ts';

/** What a worker is asked to do. */
export type QueueJob =
  | { readonly kind: 'trial'; readonly trial: Trial; readonly parameters: boolean }
  | {
      readonly kind: 'bench';
      readonly kernels: readonly string[];
      readonly shapes: readonly (readonly [number, number, number])[];
      readonly seconds: number;
    };

/** The queue of trials that ask for this: each kind of worker listens to those that it may take from. */
export function trialQueue({ adapter, vendor }: Requires): string {
  return ['trials', adapter, ...(vendor ? [vendor] : [])].join('-');
}

/** The queue of benchmarks for one adapter in one browser. */
export function benchQueue(head: RunHead): string {
  return `bench-${wordOf(`${adapterKey(head)}`)}`;
}

/** An adapter as a fleet's table names it. */
export function adapterKey({ adapter, browser }: RunHead): string {
  return `${adapterName(adapter)} (${adapter.kind}), ${browser.name} ${browser.version.split('.')[0]}`;
}

/** All queues that a worker with this adapter takes from. */
export function queuesFor(head: RunHead): string[] {
  const { kind, vendor } = head.adapter;
  const kinds = kind === 'hardware' || kind === 'software' ? (['any', kind] as const) : (['any'] as const);
  const vendors = vendor ? [undefined, vendor] : [undefined];
  return [
    ...kinds.flatMap((adapter) => vendors.map((vendor) => trialQueue({ adapter, vendor }))),
    benchQueue(head),
  ];
}

/** The queue by which workers say that they are there; nothing goes through it. */
export const PRESENCE = 'workers';

/** How a worker names itself to BullMQ. */
export function presenceName(head: RunHead, pages: number): string {
  const { adapter, browser } = head;
  return Buffer.from(JSON.stringify({ adapter, browser: { ...browser, flags: [] }, pages })).toString(
    'base64url',
  );
}

/** What a worker said of itself; undefined for what is no such name. */
export function readPresence(name: string): { head: RunHead; pages: number } | undefined {
  try {
    const { adapter, browser, pages } = JSON.parse(Buffer.from(name, 'base64url').toString());
    return { head: { adapter, browser }, pages };
  } catch {
    return undefined;
  }
}

function wordOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
