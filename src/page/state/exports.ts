import type { ModelFile } from '../../formats/model.ts';
import { MODEL_FORMATS, type ModelFormat } from '../../formats/modelFiles.ts';

/** Writes the model, and gives its files to the browser to keep. */
export async function download(model: ModelFile, format: ModelFormat, name: string): Promise<void> {
  const [ending] = MODEL_FORMATS[format].endings;
  for (const { suffix, content } of await MODEL_FORMATS[format].write(model)) {
    const url = URL.createObjectURL(new Blob([content as BlobPart]));
    // Files of a folder come one by one; the names of their parts refer to each other.
    const download = suffix ? suffix.slice(1) : `${name}${ending}`;
    Object.assign(document.createElement('a'), { href: url, download }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
