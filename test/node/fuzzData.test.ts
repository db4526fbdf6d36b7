import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Table, parseCsv } from '../../src/data/csv.ts';
import { CsvReader } from '../../src/data/csvReader.ts';
import { type Idx, gunzip, idxDataset, parseIdx } from '../../src/data/idx.ts';
import { tableToDataset } from '../../src/data/tabular.ts';
import { bytesOf, cutsAndFlips, mutants, outcome, runs } from './fuzzing.ts';

const TABLES = [
  'a,b,label\n1,2,x\n3,4.5,y\n-1e3,0,x\n',
  '"a";"b ""c""";label\r\n1;"2";x\r\n3;4;"y"\r\n',
  'city\tcount\n"İzmir\nmerkez"\t7\nAnkara\t8\n',
  '1|2|0\n3|4|1\n5|6|0\n',
].map(bytesOf);

/**
 * The cells of a text as RFC 4180 has them, character by character, trimmed; undefined where a quote stands in the
 * middle of a cell or is not closed, which the standard does not allow.
 */
function cellsOf(text: string, delimiter: string): string[][] | undefined {
  const rows: string[][] = [[]];
  let at = 0;
  while (true) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at += text[at] === '"' ? 2 : 1) {
        if (at >= text.length) return undefined;
        cell += text[at];
      }
      at++;
    } else {
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n') cell += text[at++];
      if (cell.includes('"')) return undefined;
    }
    rows.at(-1)!.push(cell.trim());
    if (at >= text.length) return rows;
    if (text[at] === '\n') rows.push([]);
    else if (text[at] !== delimiter) return undefined;
    at++;
  }
}

/** Header and cells of a table, as they stood in its file. */
function rowsOf({ columns, cells, firstRow }: Table): (readonly string[])[] {
  return firstRow === 2 ? [columns, ...cells] : [...cells];
}

/** What a reader that knows nothing of the other gives, for each delimiter that can be meant. */
function readings(bytes: Uint8Array): string[][][] {
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n');
  const end = text.indexOf('\n', text.trimEnd().length);
  const used = end < 0 ? text : text.slice(0, end);
  return [',', '\t', ';', '|'].flatMap((delimiter) => {
    const rows = cellsOf(used, delimiter);
    return rows ? [rows.map((row, r) => (r ? row : row.map((cell, c) => cell || `column${c}`)))] : [];
  });
}

describe('a damaged CSV file', () => {
  it('is refused in a sentence, or gives the cells that another reader finds', async () => {
    let taken = 0;
    const check = async (bytes: Uint8Array) => {
      const found = await outcome(() => parseCsv(bytes, 'a.csv'));
      if ('error' in found) return;
      const rows = rowsOf(found.value);
      const [first, ...rest] = rows;
      const named = [first.map((cell, c) => cell || `column${c}`), ...rest];
      const other = readings(bytes);
      // Quotes that the standard does not allow are read in a way of Papa Parse's own, or refused.
      if (other.length) expect(other).toContainEqual(named);
      taken++;
    };
    for (const bytes of TABLES.flatMap((table) => [...cutsAndFlips(table, table.length)])) await check(bytes);
    await fc.assert(fc.asyncProperty(mutants(TABLES), check), runs(1500));
    expect(taken).toBeGreaterThan(500);
  });

  it('gives a data set of finite numbers, or none', async () => {
    const property = fc.asyncProperty(mutants(TABLES), async (bytes) => {
      const found = await outcome(() => tableToDataset(parseCsv(bytes, 'a.csv'), { missing: 'drop' }));
      if ('error' in found) return;
      const { data } = found.value;
      expect(data.rows).toBeGreaterThan(0);
      expect(data.x).toHaveLength(data.rows * data.features.length);
      expect(data.y).toHaveLength(data.rows * data.outputs);
      expect([...data.x, ...data.y].every(Number.isFinite)).toBe(true);
    });
    await fc.assert(property, runs(1500));
  });

  it('is read in pieces as it is read at once', async () => {
    const property = fc.asyncProperty(mutants(TABLES), fc.nat({ max: 9 }), async (bytes, size) => {
      const once = await outcome(() => parseCsv(bytes, 'a.csv'));
      const pieces = await outcome(() => inPieces(bytes, size + 1));
      if (is16Or(bytes)) return;
      expect('value' in pieces, JSON.stringify(pieces)).toBe('value' in once);
      if ('value' in pieces && 'value' in once) expect(pieces.value).toEqual(rowsOf(once.value));
    });
    await fc.assert(property, runs(1000));
  });
});

/** The two say in different words what starts as UTF-16 or gzip; both refuse it. */
const is16Or = ([a, b]: Uint8Array) => (a === 0x1f && b === 0x8b) || (a & b) >= 0xfe;

function inPieces(bytes: Uint8Array, size: number): (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  const reader = new CsvReader('a.csv', {
    begin: (columns, firstRow) => void (firstRow === 2 && rows.push(columns)),
    rows: (cells) => void rows.push(...cells),
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return rows;
}

describe('names of JavaScript in a CSV file', () => {
  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    "'%s' is a column, a class and a category as any other",
    (name) => {
      const rows = ['1,a,x', `2,${name},${name}`, '3,a,x', `4,${name},${name}`];
      const table = parseCsv(`${name},text,label\n${rows.join('\n')}\n`, 'a.csv');
      const { data } = tableToDataset(table, { label: ['label'] });
      expect(data.columns[0].name).toBe(name);
      expect(data.columns[1].categories).toContain(name);
      expect(data.classes).toContain(name);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );
});

/** An IDX file of bytes, with a header that says its shape. */
function idx(shape: readonly number[], data: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]);
  return Uint8Array.of(0, 0, 8, shape.length, ...sizes, ...data);
}

const IMAGES = idx([3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 255]);
const LABELS = idx([3], [0, 1, 2]);

/** The header as anybody reads it. */
function isRight(bytes: Uint8Array): boolean {
  const sizes: Record<number, bigint> = { 8: 1n, 9: 1n, 11: 2n, 12: 4n, 13: 4n, 14: 8n };
  const [a, b, type, dimensions] = bytes;
  if (bytes.length < 4 || a || b || !sizes[type] || !dimensions || bytes.length < 4 + 4 * dimensions)
    return false;
  let count = sizes[type];
  for (let d = 0; d < dimensions; d++)
    count *= BigInt(Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32BE(4 + 4 * d));
  return count > 0n && count === BigInt(bytes.length - 4 - 4 * dimensions);
}

describe('a damaged IDX file', () => {
  it('is taken where its header says its size to the byte, and refused anywhere else', async () => {
    const check = async (bytes: Uint8Array) => {
      const found = await outcome<Idx>(() => parseIdx(bytes, 'images'));
      expect('value' in found).toBe(isRight(bytes));
      if (!('value' in found)) return;
      const { shape, data } = found.value;
      expect(data).toHaveLength(shape.reduce((product, size) => product * size));
      const labels = { file: 'labels', ...parseIdx(LABELS, 'labels') };
      const set = await outcome(() => idxDataset({ file: 'images', shape, data }, labels, 'set'));
      if ('value' in set) expect(set.value.x.every(Number.isFinite)).toBe(true);
    };
    for (const file of [IMAGES, LABELS])
      for (const bytes of cutsAndFlips(file, file.length)) await check(bytes);
    await fc.assert(fc.asyncProperty(mutants([IMAGES, LABELS]), check), runs(1500));
  });

  it('is refused or unpacks to what it was, packed with gzip: the format has a checksum', async () => {
    const packed = new Uint8Array(gzipSync(IMAGES));
    for (const bytes of cutsAndFlips(packed, packed.length)) {
      const found = await outcome(() => gunzip(bytes, 'images.gz'));
      if ('value' in found && bytes[0] === 0x1f && bytes[1] === 0x8b) expect(found.value).toEqual(IMAGES);
    }
  });
});
