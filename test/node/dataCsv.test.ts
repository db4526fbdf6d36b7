import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.ts';
import { DataError } from '../../src/errors.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function refused(content: Uint8Array | string): DataError {
  try {
    parseCsv(content, 'a.csv');
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toContain('a.csv');
    expect((error as DataError).place.file).toBe('a.csv');
    return error as DataError;
  }
  throw new Error('it was taken');
}

describe('parseCsv', () => {
  const plain = {
    file: 'a.csv',
    columns: ['x', 'y'],
    cells: [
      ['1', '2'],
      ['3', '4'],
    ],
    firstRow: 2,
  };

  it.each([
    ['as text', 'x,y\n1,2\n3,4\n'],
    ['without a last line end', 'x,y\n1,2\n3,4'],
    ['as bytes', bytes('x,y\n1,2\n3,4\n')],
    ['as bytes with a BOM', bytes('\uFEFFx,y\n1,2\n3,4\n')],
    ['as text with a BOM', '\uFEFFx,y\n1,2\n3,4\n'],
    ['with CR LF', 'x,y\r\n1,2\r\n3,4\r\n'],
    ['with CR only', 'x,y\r1,2\r3,4\r'],
    ['with mixed line ends', 'x,y\r\n1,2\n3,4\n'],
    ['with blank lines at the end', 'x,y\n1,2\n3,4\n\n \n\t\n\n'],
    ['with spaces around the cells', ' x , y\n 1,2 \n3 ,\t4\n'],
    ['with quotes', '"x","y"\n"1",2\n3,"4"\n'],
    ['with tabs', 'x\ty\n1\t2\n3\t4\n'],
    ['with semicolons', 'x;y\n1;2\n3;4\n'],
    ['with bars', 'x|y\n1|2\n3|4\n'],
  ])('reads a table %s', (_, content) => expect(parseCsv(content, 'a.csv')).toEqual(plain));

  it('keeps quotes, delimiters and line breaks inside quoted cells', () => {
    const { columns, cells } = parseCsv('name,x\n"a, ""b""\r\nc",1\n', 'a.csv');
    expect(columns).toEqual(['name', 'x']);
    expect(cells).toEqual([['a, "b"\nc', '1']]);
  });

  it('keeps empty cells, also at the end of the last row', () => {
    expect(parseCsv('x\ty\n1\t\n2\t', 'a.csv').cells).toEqual([
      ['1', ''],
      ['2', ''],
    ]);
  });

  it.each([
    ['no number in the first row', 'a,b\nc,d\n', ['a', 'b'], 2],
    ['a name above numbers', 'label,0,1\n5,1,2\n6,3,4\n', ['label', '0', '1'], 2],
    ['a name above numbers of which one is bad', 'label,0\n5,1\n6,2\nx,3\n', ['label', '0'], 2],
    ['an empty name', ',x\n0,1\n1,2\n', ['column0', 'x'], 2],
    ['numbers only', '1,2\n3,4\n', ['column0', 'column1'], 1],
    ['a text column without a header', '5.1,setosa\n4.9,virginica\n', ['column0', 'column1'], 1],
    ['a missing cell in the first row', '1,?,a\n2,3,b\n', ['column0', 'column1', 'column2'], 1],
    ['one row of numbers', '1,2', ['column0', 'column1'], 1],
    ['one column', 'x\n1\n2\n', ['x'], 2],
  ])('finds the header: %s', (_, text, columns, firstRow) => {
    const table = parseCsv(text, 'a.csv');
    expect(table.columns).toEqual(columns);
    expect(table.firstRow).toBe(firstRow);
  });

  it('takes names of JavaScript for ordinary names', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto__x'];
    const { columns, cells } = parseCsv(`${names.join()}\n__proto__,1,2,3,4\n`, 'a.csv');
    expect(columns).toEqual(names);
    expect(cells).toEqual([['__proto__', '1', '2', '3', '4']]);
    expect(refused('__proto__,__proto__\n1,2\n').message).toContain("'__proto__'");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each([
    ['an empty file', '', 'is empty', undefined],
    ['blank lines only', '\n \n\t\n', 'is empty', undefined],
    ['spaces only', '  ', 'is empty', undefined],
    ['a BOM only', bytes('\uFEFF'), 'is empty', undefined],
    ['no bytes', new Uint8Array(), 'is empty', undefined],
    ['a header only', 'x,y\n', 'a header and no rows', undefined],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'gzip', undefined],
    ['UTF-16, little end first', Uint8Array.of(0xff, 0xfe, 0x78, 0), 'UTF-16', undefined],
    ['UTF-16, big end first', Uint8Array.of(0xfe, 0xff, 0, 0x78), 'UTF-16', undefined],
    ['UTF-16 without a BOM', Uint8Array.of(0x78, 0, 0x2c, 0), 'NUL bytes', undefined],
    ['NUL in text', 'x,y\n1,\0\n', 'NUL bytes', undefined],
    ['Latin-1', Uint8Array.of(0x78, 0xe9, 0x0a), 'not UTF-8', undefined],
    ['a short row', 'x,y\n1,2\n3\n', 'Row 3 of .* has 1 cells .* has 2', 3],
    ['a long row', 'x,y\n1,2,3\n', 'Row 2 of .* has 3 cells .* has 2', 2],
    ['a blank line inside', 'x,y\n1,2\n\n3,4\n', 'Row 3 of', 3],
    ['a quote never closed', 'x,y\n1,2\n"3,4\n5,6\n', 'Row 3 of .* quote', 3],
    ['text behind a quote', 'x,y\n"a"b,2\n3,4\n', 'Row 2 of .* quote', 2],
    ['two columns of one name', 'x,y,x\n1,2,3\n', "Columns 1 and 3 of .* 'x'", 1],
    ['an empty name that meets its own', 'column1,\n1,2\n', "Columns 1 and 2 of .* 'column1'", 1],
    ['too many columns', `${'1,'.repeat(65_536)}1\n`, '65537 columns', 1],
  ])('refuses %s', (_, content, message, row) => {
    const error = refused(content);
    expect(error.message).toMatch(new RegExp(message));
    expect(error.message).toMatch(/; /);
    expect(error.place.row).toBe(row);
  });

  it('refuses a huge file with a quote that is never closed at once', () => {
    const start = performance.now();
    expect(refused(`x,y\n1,"${'a'.repeat(50_000_000)}`).place.row).toBe(2);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('reads back every table that is written with quotes', () => {
    const cell = fc.string({
      unit: fc.constantFrom(...'ab1.- ,;|\t"\n\u00e9😀'.match(/./gsu)!),
      maxLength: 6,
    });
    const table = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
      .chain(([width, height]) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
          minLength: height,
          maxLength: height,
        }),
      );
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(',', '\t', ';', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        (rows, delimiter, end) => {
          const names = rows[0].map((_, c) => `name ${c}`);
          // Two columns at least, so that there is a delimiter to be guessed.
          const all = [['first', ...names], ...rows.map((row) => ['0', ...row])];
          const text = all.map((row) => row.map(quote).join(delimiter)).join(end);
          const read = parseCsv(text, 'a.csv');
          expect(read.columns).toEqual(all[0]);
          expect(read.cells).toEqual(all.slice(1).map((row) => row.map((c) => c.trim())));
        },
      ),
    );
  });
});
