import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readExperiment } from '../../src/cli/experiment.ts';
import { trainOptions } from '../../src/cli/trainOptions.ts';
import { KatmanError } from '../../src/errors.ts';
import { fromLink, toLink } from '../../src/page/state/link.ts';
import { presetOf } from '../../src/page/state/presets.ts';
import { FIELDS, read, write } from '../../src/page/state/settings.ts';
import { isChoice } from '../../src/session/choice.ts';
import { bytesOf, cutsAndFlips, mutants, outcome, runs } from './fuzzing.ts';

const LINKS = [
  toLink({ start: presetOf('flower'), edits: [], steps: 120 }),
  'data=spiral&layers=8.tanh-4.relu&learningRate=0.3&seed=7&then=40;learningRate=0.1&then=60;optimizer=adam&steps=90',
].map(bytesOf);

describe('a damaged link', () => {
  /** Every setting is one that the page allows, and the link of what was read is read the same. */
  const check = async (bytes: Uint8Array) => {
    const text = new TextDecoder().decode(bytes);
    const found = await outcome(() => fromLink(text));
    if (!('value' in found)) throw found.error;
    const { story } = found.value;
    for (const [name, value] of Object.entries(story.start))
      expect(read(name as keyof typeof FIELDS, write(value))).toEqual({ value });
    expect(Object.keys(story.start).sort()).toEqual(Object.keys(presetOf('flower')).sort());
    expect(fromLink(toLink(story)).story).toEqual(story);
  };

  it('gives settings that are allowed, and names what it leaves out', async () => {
    for (const bytes of LINKS.flatMap((link) => [...cutsAndFlips(link, link.length)])) await check(bytes);
    await fc.assert(fc.asyncProperty(mutants(LINKS), check), runs(1000));
  });

  it('of more than 32 KiB is left out, as a whole', () => {
    const { story, ignored } = fromLink(`data=iris&steps=5&${'then=1;learningRate=1&'.repeat(100_000)}`);
    expect(story).toEqual({ start: presetOf('flower'), edits: [], steps: 0 });
    expect(ignored).toHaveLength(1);
    expect(ignored[0].length).toBeLessThan(100);
  });

  it.each(['__proto__', 'constructor', 'toString', '__proto__.polluted', 'constructor.prototype.polluted'])(
    "'%s' is no setting",
    (name) => {
      const { story, ignored } = fromLink(`${name}=1&then=3;${name}=1&steps=9`);
      expect(ignored).toEqual([`${name}=1`, `then=3;${name}=1`]);
      expect(story).toEqual({ start: presetOf('flower'), edits: [], steps: 9 });
    },
  );
});

const folder = mkdtempSync(path.join(tmpdir(), 'katman-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXPERIMENTS = [
  {
    format: 'katman-experiment/1',
    data: 'iris',
    layers: [8, 4],
    activation: 'tanh',
    learningRate: 0.1,
    batch: 32,
    shuffle: false,
    seed: 7,
    epochs: 10,
  },
  { schema: 'katman-run/1', data: { sha256: 'ab' }, experiment: { format: 'katman-experiment/1', seed: 1 } },
].map((experiment) => bytesOf(JSON.stringify(experiment, null, 1)));

describe('a damaged experiment file', () => {
  const file = path.join(folder, 'experiment.json');
  const command = trainOptions(async () => {});

  /** Refused in a sentence, or words of which each is an option of the command line. */
  const check = async (bytes: Uint8Array) => {
    writeFileSync(file, bytes);
    const found = await outcome(() => readExperiment(file, command, []), KatmanError);
    if ('error' in found) {
      expect(found.error.message).toContain('experiment.json');
      return;
    }
    const known = command.options.map(({ long }) => long);
    for (const word of found.value.words) expect(known).toContain(word.split('=')[0]);
    const { sha256 } = found.value;
    expect(sha256 === undefined || typeof sha256 === 'string').toBe(true);
  };

  it('is refused in a sentence, or means options that there are', async () => {
    for (const bytes of EXPERIMENTS.flatMap((one) => [...cutsAndFlips(one, one.length)])) await check(bytes);
    await fc.assert(fc.asyncProperty(mutants(EXPERIMENTS), check), runs(800));
  });

  it.each([
    [
      'a key twice, of which one would win in silence',
      '{"format":"katman-experiment/1","seed":1,"seed":2}',
      /'seed' twice/,
    ],
    ['__proto__', '{"format":"katman-experiment/1","__proto__":{"seed":2}}', /'__proto__'/],
    ['constructor', '{"format":"katman-experiment/1","constructor":1}', /no option 'constructor'/],
    [
      'what is nested 100,000 deep',
      `{"format":"katman-experiment/1","seed":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      /./,
    ],
    ['a whole file that is nested 100,000 deep', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, /./],
    [
      'a number beyond doubles',
      '{"format":"katman-experiment/1","learningRate":1e999}',
      /learningRate is wrong/,
    ],
    ['a list in a list', '{"format":"katman-experiment/1","layers":[[1]]}', /layers is to be/],
  ])('with %s is refused', async (_, text, message) => {
    writeFileSync(file, text);
    const found = await outcome(() => readExperiment(file, command, []), KatmanError);
    expect('error' in found && found.error.message).toMatch(message);
  });
});

describe('what was kept of a tuning by another version, or damaged', () => {
  it('is a choice that this version knows, or none', () => {
    const known = [{ plan: 'cpu' }, { plan: 'textbook' }, { plan: 'fused', tile: { rows: 1, columns: 1 } }];
    const property = fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (kept) => {
      expect(isChoice(kept, known as never)).toBe(false);
    });
    fc.assert(property, runs(500));
    const itself: Record<string, unknown> = { plan: 'fused' };
    itself.tile = itself;
    for (const kept of [1n, { plan: 'fused', tile: { rows: 1n, columns: 1 } }, itself])
      expect(isChoice(kept, known as never)).toBe(false);
    for (const choice of known) expect(isChoice(structuredClone(choice), known as never)).toBe(true);
  });
});
