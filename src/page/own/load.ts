import { CsvReader } from '../../data/csvReader.ts';
import { DataError } from '../../errors.ts';
import { type Content, type Images, isIdx, readImages } from './images.ts';
import { type Table, TableBuilder } from './table.ts';

/** What files hold. */
export type Loaded =
  { readonly type: 'table'; readonly table: Table } | { readonly type: 'images'; readonly images: Images };

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Called with bytes of the files, as they are on the disk. */
  readonly onProgress: (progress: { done: number; total: number }) => void;
}

/** Unpacked bytes of one IDX file: the 100 million numbers that are taken, four bytes each, and its header. */
const MOST_BYTES = 400_000_000 + 64;

/**
 * Reads a table, or the IDX files of images and their labels, packed with gzip or not.
 * @throws DataError that says where the files cannot be used; the reason of the signal when it aborts
 */
export async function load(files: readonly File[], options: LoadOptions): Promise<Loaded> {
  const progress = counter(files, options.onProgress);
  const open = (file: File) => unpacked(file, options.signal, progress);
  const starts = await Promise.all(files.map((file) => startOf(unpacked(file, options.signal, () => {}))));
  if (files.length && starts.every(isIdx)) {
    const contents: Content[] = [];
    for (const file of files) contents.push({ name: file.name, bytes: await readAll(file.name, open(file)) });
    return { type: 'images', images: readImages(contents) };
  }
  if (files.length !== 1) {
    const other = files.find((_, i) => !isIdx(starts[i]));
    throw new DataError(
      `${files.length} files are chosen, and ${other ? `'${other.name}' is no IDX file` : 'none is there'}; choose one table, or the IDX files of images and labels together`,
      { file: other?.name },
    );
  }
  const [file] = files;
  refuseOthers(file.name, starts[0]);
  const builder = new TableBuilder(file.name);
  const reader = new CsvReader(file.name, builder);
  for await (const bytes of open(file)) reader.push(bytes);
  reader.end();
  return { type: 'table', table: builder.table() };
}

/** Says of files that are often given what they are. */
function refuseOthers(file: string, start: Uint8Array): void {
  const begins = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte);
  const what = begins(0x50, 0x4b, 3, 4)
    ? 'a zip file or a spreadsheet (.xlsx)'
    : begins(0xff, 0xfe) || begins(0xfe, 0xff)
      ? 'UTF-16 text'
      : undefined;
  if (what) throw new DataError(`'${file}' is ${what}; save it as CSV in UTF-8`, { file, row: 1 });
}

function counter(files: readonly File[], report: LoadOptions['onProgress']): (bytes: number) => void {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  return (bytes) => report({ done: (done += bytes), total });
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of a file, unpacked if they are packed with gzip. */
async function* unpacked(
  file: File,
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): AsyncGenerator<Bytes> {
  const refuse = (cause: Error) => {
    throw unreadable(file.name, cause);
  };
  const magic = new Uint8Array(await file.slice(0, 2).arrayBuffer().catch(refuse));
  const packed = magic[0] === 0x1f && magic[1] === 0x8b;
  let read = 0;
  const counted = file.stream().pipeThrough(
    new TransformStream<Bytes, Bytes>({
      transform(bytes, controller) {
        read += bytes.length;
        onRead(bytes.length);
        controller.enqueue(bytes);
      },
    }),
  );
  const stream = packed ? counted.pipeThrough(new DecompressionStream('gzip')) : counted;
  const reader = stream.getReader() as ReadableStreamDefaultReader<Bytes>;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read().catch((cause: Error) => {
        // What is no error of the file system is one of unpacking.
        throw packed && !(cause instanceof DOMException)
          ? damaged(file.name, cause)
          : unreadable(file.name, cause);
      });
      if (done) break;
      yield value;
    }
    // What has changed while it was read was read in part, or as a mixture: browsers look at its time when they open it.
    await file.slice(0, 1).arrayBuffer().catch(refuse);
    if (read < file.size) refuse(new Error(`${read} bytes came of ${file.size}`));
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function damaged(file: string, cause: Error): DataError {
  return new DataError(
    `'${file}' is gzip that cannot be unpacked (${cause.message}), so it is cut off or damaged; fetch it again`,
    { file },
  );
}

/** What browsers say of a file that is no longer the one that was chosen, or of a folder. */
const GONE = ['NotReadableError', 'NotFoundError'];

function unreadable(file: string, { name, message }: Error): DataError {
  const why = GONE.includes(name)
    ? 'it was changed, moved or removed after it was chosen, or is no file'
    : message;
  return new DataError(`'${file}' cannot be read (${why}); choose it again`, { file });
}

/** The first bytes; more than the four that tell an IDX file. */
async function startOf(chunks: AsyncGenerator<Bytes>): Promise<Uint8Array> {
  const { value } = await chunks.next();
  await chunks.return(undefined);
  return value ?? new Uint8Array();
}

async function readAll(file: string, chunks: AsyncGenerator<Bytes>): Promise<Uint8Array> {
  const parts: Bytes[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new DataError(
        `'${file}' unpacks to more than ${Math.floor(MOST_BYTES / 1e6)} MB, which is all that this page takes; take fewer images`,
        { file },
      );
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
