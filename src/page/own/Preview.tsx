import { inLanguage } from '../language.ts';
import type { ColumnSummary } from './column.ts';
import { count } from './numbers.ts';
import type { TableSummary } from './table.ts';

/** Columns that are shown; a table may have a thousand. */
const COLUMNS = 20;

const sentences = {
  en: {
    title: (rows: number) => `The first ${rows} rows`,
    row: 'Row',
    number: 'number',
    text: 'text',
    missing: (n: number) => `${count(n)} missing`,
    more: (n: number) => `The first ${COLUMNS} columns are shown here, of ${count(n)}.`,
  },
  tr: {
    title: (rows: number) => `İlk ${rows} satır`,
    row: 'Satır',
    number: 'sayı',
    text: 'metin',
    missing: (n: number) => `${count(n)} eksik`,
    more: (n: number) => `Burada ${count(n)} sütunun ilk ${COLUMNS} tanesi gösteriliyor.`,
  },
};

/** The first rows of a table as they stand in the file, with the guessed type of each column. */
export function Preview({ summary: { preview, columns, firstRow } }: { summary: TableSummary }) {
  const say = inLanguage(sentences);
  return (
    <>
      <div class="own-scroll own-preview" role="region" tabIndex={0} aria-label={say.title(preview.length)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say.row}</th>
              {columns.slice(0, COLUMNS).map((column) => (
                <Head key={column.name} column={column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.map((cells, r) => (
              <tr key={r}>
                <th scope="row">{firstRow + r}</th>
                {cells.slice(0, COLUMNS).map((cell, c) => (
                  <td key={c} class={columns[c].kind === 'number' ? 'number' : ''} title={cell}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {columns.length > COLUMNS && <p class="note">{say.more(columns.length)}</p>}
    </>
  );
}

function Head({ column: { name, kind, missing } }: { column: ColumnSummary }) {
  const say = inLanguage(sentences);
  return (
    <th scope="col" class={kind === 'number' ? 'number' : ''}>
      {name}
      <small>
        {say[kind]}
        {missing > 0 && <span class="own-missing">, {say.missing(missing)}</span>}
      </small>
    </th>
  );
}
