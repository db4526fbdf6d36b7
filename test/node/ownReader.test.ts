import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.ts';
import { CsvReader, type CsvSink } from '../../src/data/csvReader.ts';
import { DataError } from '../../src/errors.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

class Kept implements CsvSink {
  columns: readonly string[] = [];
  firstRow = 0;
  cells: (readonly string[])[] = [];

  begin(columns: readonly string[], firstRow: number): void {
    this.columns = columns;
    this.firstRow = firstRow;
  }

  rows(cells: readonly (readonly string[])[]): void {
    for (const row of cells) this.cells.push(row);
  }
}

function read(pieces: readonly Uint8Array[]): unknown {
  const kept = new Kept();
  const reader = new CsvReader('a.csv', kept);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { file: 'a.csv', ...kept };
}

function outcome(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
}

function cut(all: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (all.length + 1)), all.length].sort((a, b) => a - b);
  return ends.map((end, i) => all.subarray(i ? ends[i - 1] : 0, end));
}

const places = fc.array(fc.nat({ max: 2 ** 30 }), { maxLength: 8 });

describe('CsvReader', () => {
  it('reads in pieces what parseCsv reads at once, and refuses what it refuses', () => {
    const piece = fc.constantFrom(
      '1',
      '2.5',
      'a',
      'ş',
      '😀',
      ',',
      ',',
      ';',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '"',
      ' ',
      'NA',
      '\t',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
        places,
        (text, where) => {
          expect(outcome(() => read(cut(bytes(text), where)))).toEqual(
            outcome(() => parseCsv(text, 'a.csv')),
          );
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('reads what is longer than what it parses at once, quotes with line ends in it too', () => {
    const row = (i: number) =>
      i % 7 ? `${i},${i / 3},"a, ""b""\r\n${i}",ğ\r\n` : `${i},,plain ${'x'.repeat(i % 50)},NA\r\n`;
    const text = `n,third,text,more\r\n${Array.from({ length: 60_000 }, (_, i) => row(i)).join('')}\r\n \r\n`;
    const all = bytes(text);
    expect(all.length).toBeGreaterThan(2 ** 21);
    const whole = parseCsv(text, 'a.csv');
    expect(whole.cells.length).toBe(60_000);
    for (const size of [65_536, 99_991, all.length]) {
      const pieces = cut(
        all,
        Array.from({ length: Math.floor(all.length / size) }, (_, i) => (i + 1) * size),
      );
      expect(read(pieces)).toEqual(whole);
    }
  });

  it('counts rows over all pieces', () => {
    const lines = (n: number) => `a,b\n${'1,2\n'.repeat(n)}`;
    expect(outcome(() => read([bytes(`${lines(600_000)}1,2,3\n${'1,2\n'.repeat(10)}`)]))).toMatch(
      /^Row 600002 of/,
    );
    expect(outcome(() => read([bytes(lines(600_000)), bytes('"1,2\n3,4\n')]))).toMatch(
      /^Row 600002 of .*quote/,
    );
    const wrong = Uint8Array.of(49, 44, 0xff, 10);
    expect(outcome(() => read([bytes(lines(600_000)), wrong]))).toMatch(/not UTF-8 text from row 600002 on/);
    expect(outcome(() => read([bytes(lines(600_000)), bytes('1,2\n1,\0')]))).toMatch(
      /NUL byte in row 600003,/,
    );
  });

  it('does not wait for the end of a quote for ever', () => {
    const reader = new CsvReader('a.csv', new Kept());
    reader.push(bytes('a,b\n1,2\n"'));
    const more = bytes('3,4\n'.repeat(250_000));
    expect(() => {
      for (let i = 0; i < 100; i++) reader.push(more);
    }).toThrow(/has a row 3 of more than 8 million characters; close its quotes/);
  });
});
