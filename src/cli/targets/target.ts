import type { Browser } from 'puppeteer';
import type { HarnessPage } from '../harness.ts';
import type { Server } from '../server.ts';

/** Where tasks can run: three hosts, two implementations of WebGPU (Dawn in Chrome and Node, wgpu in Firefox). */
export const TARGETS = ['chrome', 'firefox', 'node'] as const;
export type TargetName = (typeof TARGETS)[number];

/** One way of starting one target. */
export interface Rung {
  readonly target: TargetName;
  /** The program that is started. */
  readonly path: string;
  readonly source: string;
  /** The kind of adapter that this way looks for; what it finds, the probe says. */
  readonly adapter: 'hardware' | 'software';
  /** Words on the command line, preferences or packages: what a person needs to start the same. */
  readonly flags: readonly string[];
  /** Variables that this way adds to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A target that was started. */
export interface Started {
  /** Name and version, e.g. `firefox/140.0`. */
  readonly version: string;
  /** The browser behind it, where there is one. */
  readonly browser?: Browser;
  /** @param path where another harness page lies, from the root of the package */
  open(server: Server, path?: string): Promise<HarnessPage>;
  /** Ends it, whatever it is at; asked twice, both wait for the same end. */
  close(): Promise<void>;
}

/** How one target is found and started. */
export interface Target {
  /** Where its adapters come from: what to do where none was found. */
  readonly hint: string;
  /**
   * Every way of starting it here, hardware first.
   * @throws GpuUnavailableError saying what to install, if it is not on this machine
   */
  ladder(): Rung[];
  /** @param signal ends it while it is still starting */
  start(rung: Rung, signal?: AbortSignal): Promise<Started>;
}

/** Flags and environment of a rung, as a receipt and `doctor` show them. */
export function describeFlags({ flags, env = {} }: Rung): string[] {
  return [...flags, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
}
