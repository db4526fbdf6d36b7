import { useId, useRef, useState } from 'preact/hooks';
import type { PassLook, StepLook } from '../../session/lookAtStep.ts';
import { inLanguage } from '../language.ts';
import { type Orientation, transposed } from './equation.ts';
import { equationOf } from './equations.ts';
import { MatrixTable } from './MatrixTable.tsx';
import { short } from './numbers.ts';
import { MathText } from './MathText.tsx';
import { sentences, wordsOf } from './words.ts';

interface PassViewProps {
  readonly pass: PassLook;
  readonly look: StepLook;
  readonly orientation: Orientation;
}

type Place = readonly [row: number, column: number];

/** How far each arrow key moves. */
const ARROWS: Readonly<Record<string, Place>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** One pass: its formula in words and symbols, its matrices, and where the chosen number comes from. */
export function PassView({ pass, look, orientation }: PassViewProps) {
  const say = inLanguage(sentences);
  const sumId = useId();
  const grid = useRef<HTMLTableElement>(null);
  const [differences, setDifferences] = useState(false);
  // As it is stored, so that it is the same number in both orientations.
  const [chosen, setChosen] = useState<Place>([0, 0]);

  const stored = equationOf(pass, look);
  const isStored = orientation === 'rows';
  const turn = ([row, column]: Place): Place => (isStored ? [row, column] : [column, row]);
  const { result, operands, parts, cells, written } = isStored ? stored : transposed(stored);
  const [row, column] = turn(chosen);
  const sources = new Set(cells(row, column).map((cell) => `${cell.operand} ${cell.row} ${cell.column}`));
  const choose = (...cell: Place) => setChosen(turn(cell));
  const indexOf = (...cell: Place) => {
    const [r, c] = turn(cell);
    return r * stored.result.columns + c;
  };
  const index = indexOf(row, column);
  const share = (i: number) => {
    const off = Math.abs(pass.gpu[i] - pass.oracle[i]);
    return off === 0 ? 0 : off / pass.bound[i];
  };

  const press = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation();
    const to: Place = [row + arrow[0], column + arrow[1]];
    if (to[0] < 0 || to[0] >= result.rows || to[1] < 0 || to[1] >= result.columns) return;
    grid.current!.rows[to[0]].cells[to[1]].focus();
  };

  const sum = written(row, column);
  return (
    <div class="pass">
      <p class="pass-words">{say.words[wordsOf(pass)]}</p>
      <p class="pass-formula">
        <MathText text={result.symbol} />
        {parts.length > 0 && ' = '}
        {parts.map((part, i) => (
          <span key={i}>
            {typeof part === 'number' ? (
              <MathText text={operands[part].symbol} />
            ) : (
              <MathText text={part} />
            )}{' '}
          </span>
        ))}
      </p>
      <div class="equation">
        <MatrixTable
          matrix={result}
          textOf={differences ? (...at) => short(share(indexOf(...at)), 2) : undefined}
          table={{
            ref: grid,
            role: 'grid',
            class: 'matrix result',
            'aria-label': result.symbol.replace('^', ' '),
            'aria-describedby': sumId,
            onKeyDown: press,
          }}
          cell={(r, c) => ({
            tabIndex: r === row && c === column ? 0 : -1,
            'aria-selected': r === row && c === column,
            onFocus: () => choose(r, c),
            onMouseEnter: () => choose(r, c),
          })}
        />
        {parts.length > 0 && <span class="glue">=</span>}
        {parts.map((part, i) =>
          typeof part === 'number' ? (
            <MatrixTable
              key={i}
              matrix={operands[part]}
              isSource={(r, c) => sources.has(`${part} ${r} ${c}`)}
            />
          ) : (
            <span key={i} class="glue">
              <MathText text={part} />
            </span>
          ),
        )}
      </div>
      <div class="chosen">
        <p id={sumId} class="pass-sum">
          <MathText text={result.symbol} /> <span class="note">{say.cell(row + 1, column + 1)}</span>
          {sum && (
            <>
              {' = '}
              <MathText text={sum} />
            </>
          )}
          {' = '}
          <b>{short(pass.gpu[index], 4)}</b>
        </p>
        <dl>
          <div>
            <dt>{say.gpu}</dt>
            <dd>{short(pass.gpu[index], 9)}</dd>
          </div>
          <div>
            <dt>{say.oracle}</dt>
            <dd>{short(pass.oracle[index], 9)}</dd>
          </div>
          {differences && (
            <>
              <div>
                <dt>{say.bound}</dt>
                <dd>{short(pass.bound[index], 2)}</dd>
              </div>
              <div>
                <dt>{say.difference}</dt>
                <dd>{short(share(index), 2)}</dd>
              </div>
            </>
          )}
          <div>
            <dt>{say.worst}</dt>
            <dd>{say.ofBound(short(pass.fraction, 2))}</dd>
          </div>
        </dl>
        <button
          class="button"
          type="button"
          aria-pressed={differences}
          onClick={() => setDifferences(!differences)}
        >
          {say.show}
        </button>
      </div>
    </div>
  );
}
