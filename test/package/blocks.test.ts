import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { blocksOf, documents, textOf } from './blocks.ts';
import { Stranger, root } from './stranger.ts';

/** Blocks that another test takes out and runs. */
const RUN: readonly { document: string; languages: readonly string[]; by: string }[] = [
  { document: 'README.md', languages: ['ts'], by: 'test/gpu/readme.test.ts' },
  { document: 'docs/guide.md', languages: ['ts', 'html'], by: 'test/package/guide.test.ts' },
  { document: 'docs/formats.md', languages: ['python'], by: 'test/interop/keras/keras.test.ts' },
  { document: 'docs/lab.md', languages: ['js'], by: 'test/page/labKept.test.ts' },
];
const isRun = (document: string, language: string) =>
  RUN.some((one) => one.document === document && one.languages.includes(language));

const all = documents.flatMap((document) => blocksOf(document).map((block) => ({ document, ...block })));

it('every block is of a language that a test knows', () => {
  expect(all.length).toBeGreaterThan(15);
  const known = ['', 'ts', 'js', 'html', 'json', 'sh', 'yaml', 'wgsl'];
  const strange = all.filter(
    ({ document, language }) => !known.includes(language) && !isRun(document, language),
  );
  expect(strange.map(({ document, language }) => `${document}: ${language}`)).toEqual([]);
  // The test of the README runs its first.
  expect(all.filter(({ document, language }) => document === 'README.md' && language === 'ts').length).toBe(
    1,
  );
  for (const { document, by } of RUN)
    expect(readFileSync(path.join(root, by), 'utf8'), by).toContain(path.basename(document));
});

it('what no other test runs agrees with the types of the packed library, or is JSON or WGSL', async () => {
  const rest = all.filter(({ document, language }) => !isRun(document, language));
  for (const { document, text } of rest.filter(({ language }) => language === 'json'))
    expect(() => JSON.parse(text) as unknown, document).not.toThrow();
  for (const { document, text } of rest.filter(({ language }) => language === 'wgsl'))
    expect(() => new WgslReflect(text), document).not.toThrow();
  const sources = rest.filter(({ language }) => ['ts', 'js', 'html'].includes(language));
  if (!sources.length) return;
  const stranger = await Stranger.create();
  stranger.give(
    'typescript',
    'vite',
    'vitest',
    'puppeteer',
    'playwright-core',
    '@types/node',
    'undici-types',
  );
  for (const [i, { document, language, text, name }] of sources.entries()) {
    const folder = stranger.file(path.parse(document).name);
    mkdirSync(folder, { recursive: true });
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(text)?.[1];
    const file = language === 'html' ? `block${i}.js` : (name ?? `block${i}.${language}`);
    writeFileSync(path.join(folder, file), `${language === 'html' ? (script ?? '') : text}\nexport {};\n`);
  }
  const compilerOptions = {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowJs: true,
    checkJs: true,
    allowImportingTsExtensions: true,
  };
  writeFileSync(
    stranger.file('tsconfig.json'),
    JSON.stringify({ compilerOptions, exclude: ['node_modules'] }),
  );
  await stranger.node('node_modules/typescript/bin/tsc');
});

const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

/** Commands of others, which have no help to be compared with. */
const OTHERS = /^(cd|mkdir|python3?|pip3?|apt-get|npm (install|ci|pack)|npx (vite|http-server))\b/;

/** Every command of a document: lines of its blocks, and what is quoted in a sentence. */
function commandsOf(document: string): string[] {
  const lines = blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replace(/\\\n\s*/g, '').split('\n'));
  const prose = textOf(document).replace(/^```[\s\S]*?^```$/gm, '');
  const quoted = [...prose.matchAll(/`((?:[A-Z_]+=\S+ )*(?:npm|npx) [^`\n]*)`/g)].map(
    ([, command]) => command,
  );
  return [...lines, ...quoted]
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split('&&'))
    .map((line) => line.trim().replace(/^([A-Z_]+=\S+ )+/, ''))
    .filter(Boolean);
}

/** The program behind a command that is ours, as words for Node; undefined if it is not. */
function programOf(command: string): string[] | undefined {
  const [program, ...words] = command.split(/\s+/);
  if (program === 'npx') return words[0] === 'katman' ? ['bin/katman.mjs', words[1]] : undefined;
  if (program !== 'npm') return undefined;
  const script = scripts[words[0] === 'run' ? words[1] : words[0]];
  return script?.split(' ').slice(script.startsWith('node ') ? 1 : 0);
}

const helps = new Map<string, string>();
function helpOf(program: readonly string[]): string {
  const key = program.join(' ');
  if (!helps.has(key))
    helps.set(key, execFileSync(process.execPath, [...program, '--help'], { cwd: root, encoding: 'utf8' }));
  return helps.get(key)!;
}

it.each(documents.filter((document) => document !== 'CHANGELOG.md'))(
  'the commands of %s are there, with these options',
  (document) => {
    const wrong: string[] = [];
    for (const command of commandsOf(document)) {
      if (OTHERS.test(command)) continue;
      const program = programOf(command);
      const options = command.match(/(?<=\s)--[a-z][\w-]*/g) ?? [];
      if (!program) wrong.push(`${command}: there is no such command`);
      else if (options.length || program[0] === 'bin/katman.mjs') {
        const help = helpOf(program);
        for (const option of options)
          if (!new RegExp(`(^|[\\s,\`'(])${option}(?![\\w-])`, 'm').test(help))
            wrong.push(`${command}: no ${option}`);
      }
    }
    expect(wrong).toEqual([]);
  },
);

it('there are commands to look at', () => {
  expect(documents.flatMap(commandsOf).length).toBeGreaterThan(50);
});
