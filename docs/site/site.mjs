import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Application, LogLevel } from 'typedoc';
import { groups, modules, pages, root, unlisted } from './pages.mjs';
import { SOURCE, teach } from './plugin.mjs';
import { writeSource } from './source.mjs';

const at = (file) => path.join(root, file);

const options = {
  name: 'Katman',
  entryPoints: modules.map(({ file }) => at(file)),
  tsconfig: path.join(import.meta.dirname, 'tsconfig.json'),
  // What the root's TypeScript has checked.
  skipErrorChecking: true,
  basePath: root,
  displayBasePath: root,
  readme: at('README.md'),
  projectDocuments: pages.map(({ file }) => at(file)),
  alwaysCreateEntryPointModule: true,
  sort: ['kind', 'instance-first', 'alphabetical-ignoring-documents'],
  groupOrder: [...groups, '*'],
  navigation: { includeGroups: true },
  headings: { readme: false, document: false },
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  excludeExternals: true,
  disableGit: true,
  sourceLinkTemplate: `${SOURCE}{path}#L{line}`,
  router: 'katman',
  searchInDocuments: true,
  includeHierarchySummary: false,
  hideGenerator: true,
  favicon: path.join(import.meta.dirname, 'icon.svg'),
  customCss: path.join(import.meta.dirname, 'style.css'),
  highlightLanguages: [
    'typescript',
    'javascript',
    'html',
    'css',
    'json',
    'shellscript',
    'python',
    'yaml',
    'wgsl',
  ],
  // Every public name, each of its members, and every link: what is missing is a warning.
  validation: {
    notExported: true,
    invalidLink: true,
    rewrittenLink: true,
    notDocumented: true,
    invalidPath: false,
  },
  // Lists and tables whose names the types spell out, and a type that another shows.
  intentionallyNotExported: ['ACTIVATIONS', 'Hook', 'LEVELS', 'LOSSES', 'OPTIMIZERS', 'PLANS', 'table'],
  githubPages: true,
};

/**
 * Builds the site into a folder, which is emptied first.
 * @returns what is wrong: a public name without documentation, a link that leads nowhere, a file of docs/ on no page
 */
export async function buildSite(out) {
  const complaints = unlisted.map((file) => `${file} is on no page: add it to docs/site/pages.mjs`);
  const app = await Application.bootstrap({ ...options, out });
  app.logger.log = (message, level) => {
    // The fields of a type that is written where it is used are explained there.
    if (level >= LogLevel.Warn && !/\.__type\..* does not have any documentation/.test(message))
      complaints.push(stripVTControlCharacters(message));
  };
  const sources = new Set();
  teach(app, sources);
  const project = await app.convert();
  if (project) {
    app.validate(project);
    await app.generateOutputs(project);
    for (const name of sources) writeSource(out, name);
  }
  return complaints;
}
