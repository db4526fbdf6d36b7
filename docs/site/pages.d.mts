/** A page of the site: a file of the repository, its title, and its group in the sidebar. */
export interface Page {
  readonly file: string;
  readonly title: string;
  readonly group: string;
}

export const root: string;
export const groups: readonly string[];
export const pages: readonly Page[];
/** What of the docs no reader would find: files of docs/ that are not in the list. */
export const unlisted: readonly string[];
export const modules: readonly { readonly name: string; readonly file: string }[];
