import { Option } from 'commander';
import { chrome } from './chrome.ts';
import { firefox } from './firefox.ts';
import { node } from './node.ts';
import { type Target, type TargetName, TARGETS } from './target.ts';

/** Every target by the name that `--browser` takes. */
export const targets: Readonly<Record<TargetName, Target>> = { chrome, firefox, node };

/** Where a command runs its tasks. */
export interface TargetOptions {
  readonly browser: TargetName;
  readonly require: 'any' | 'hardware' | 'software';
}

/** `--browser` and `--require`, alike in every command that computes. */
export function targetChoices(): Option[] {
  return [
    new Option('--browser <name>', 'where to compute; node needs no browser, but the package webgpu')
      .choices([...TARGETS])
      .default('chrome'),
    new Option('--require <kind>', 'kind of adapter to accept')
      .choices(['any', 'hardware', 'software'])
      .default('any'),
  ];
}
