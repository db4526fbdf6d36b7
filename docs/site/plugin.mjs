import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  Comment,
  CommentTag,
  Converter,
  KindRouter,
  LiteralType,
  PageEvent,
  ReflectionKind,
  UnionType,
} from 'typedoc';
import { modules, pages, root } from './pages.mjs';

/** Links to files of the repository begin like this until the page is known from which they lead. */
export const SOURCE = 'source:';
const PICTURE = /-(light|dark)\.webp$/;
const fileOf = (reflection) => path.relative(root, reflection.project.files.getReflectionPath(reflection));

/** Short addresses: `guide.html`, `shaders.html`. */
class Router extends KindRouter {
  getIdealBaseName(reflection) {
    if (!reflection.isDocument()) return super.getIdealBaseName(reflection);
    const { dir, name } = path.parse(fileOf(reflection).replace(/^docs\//, ''));
    return (name === 'README' ? dir : name).toLowerCase();
  }
}

/** A module is called as a program imports it, and belongs to the last group. */
function rename(module) {
  module.name = modules.find(({ file }) => file === fileOf(module)).name;
  module.comment ??= new Comment();
  module.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: 'API' }]));
}

/** Of a type like `(typeof LOSSES)[number]` the reader sees the names. */
function spellOut(context, alias) {
  if (!['indexedAccess', 'typeOperator'].includes(alias.type?.type)) return;
  const { types } = context.checker.getDeclaredTypeOfSymbol(context.getSymbolFromReflection(alias));
  if (types?.every((type) => 'value' in type))
    alias.type = new UnionType(types.map(({ value }) => new LiteralType(value)));
}

/** What stands in an object by its name alone (`{ moons }`) has the comment of what it names. */
function borrowComment(context, variable) {
  const [node] = context.getSymbolFromReflection(variable)?.declarations ?? [];
  const named = node && context.checker.getShorthandAssignmentValueSymbol(node);
  if (named) variable.comment ??= context.getSignatureComment(named.declarations[0]);
}

/** A document gets the title and the group that it has in the list of pages. */
function place(document) {
  const page = pages.find(({ file }) => file === fileOf(document));
  document.name = page.title;
  document.frontmatter.group = page.group;
}

/**
 * Points a relative link of a document to what the site has in its place: the page of a document, a picture in both
 * themes, or the text of a file.
 */
function point(link, from, { project, logger }) {
  const { files } = project;
  const target = link.target === undefined ? undefined : files.resolve(link.target, project);
  if (typeof target === 'object') return;
  const file = target ?? path.resolve(path.dirname(from), link.text);
  if (!existsSync(file))
    return logger.warn(`${path.relative(root, from)} links to ${link.text}, which is not there`);
  const readme = path.join(file, 'README.md');
  if (statSync(file).isDirectory() && existsSync(readme)) {
    link.target = files.registerAbsolute(readme).target;
  } else if (/\.(webp|png)$/.test(file)) {
    for (const theme of PICTURE.test(file) ? ['light', 'dark'] : [])
      files.registerAbsolute(file.replace(PICTURE, `-${theme}.webp`));
  } else {
    Object.assign(link, { kind: 'text', text: SOURCE + path.relative(root, file) });
  }
}

function pointAll(project, logger) {
  const texts = [[path.join(root, 'README.md'), project.readme ?? []]];
  for (const document of project.documents ?? [])
    texts.push([project.files.getReflectionPath(document), document.content]);
  for (const [from, parts] of texts)
    for (const part of parts) if (part.kind === 'relative-link') point(part, from, { project, logger });
}

/** One picture for each theme, of which style.css shows one. */
const inBothThemes = (html) =>
  html.replace(/<img ([^>]*)-(?:light|dark)\.webp"([^>]*)>/g, (_, before, after) =>
    ['light', 'dark'].map((theme) => `<img class="in-${theme}" ${before}-${theme}.webp"${after}>`).join(''),
  );

/**
 * What TypeDoc is taught about this repository.
 * @param sources collects the files of the repository that are linked to
 */
export function teach(app, sources) {
  app.renderer.defineRouter('katman', Router);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module)) rename(reflection);
    if (reflection.kindOf(ReflectionKind.TypeAlias)) spellOut(context, reflection);
    if (reflection.kindOf(ReflectionKind.Variable)) borrowComment(context, reflection);
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => place(document));
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => pointAll(project, app.logger));
  app.renderer.on(PageEvent.END, (page) => {
    const up = '../'.repeat(page.url.split('/').length - 1);
    page.contents = inBothThemes(page.contents).replace(
      new RegExp(`"${SOURCE}([^"#]+)(#L\\d+)?"`, 'g'),
      (_, file, line = '') => {
        sources.add(file);
        return `"${up}source/${file}.html${line}"`;
      },
    );
  });
}
