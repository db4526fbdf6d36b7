import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { writePredictions } from '../../src/formats/predictions.ts';

const rows = (text: string) => Papa.parse<string[]>(text.replace(/\n$/, '')).data;

describe('writePredictions', () => {
  it('gives two classes of one output a probability each', () => {
    const text = writePredictions({
      outputs: Float32Array.of(0.25, 0.5, 0.75),
      units: 1,
      targets: ['kind'],
      classes: ['no', 'yes'],
    });
    expect(text).toBe('prediction,p(no),p(yes)\nno,0.75,0.25\nno,0.5,0.5\nyes,0.25,0.75\n');
  });

  it('takes the first of the largest of several outputs', () => {
    const outputs = Float32Array.of(0.25, 0.5, 0.25, 0.5, 0.5, 0, 0, 0, 1);
    const text = writePredictions({ outputs, units: 3, targets: ['kind'], classes: ['a', 'b', 'c'] });
    expect(rows(text).map(([prediction]) => prediction)).toEqual(['prediction', 'b', 'a', 'c']);
    const two = { outputs: Float32Array.of(0.25, 0.75), units: 2, targets: ['k'], classes: ['a', 'b'] };
    expect(writePredictions(two)).toBe('prediction,p(a),p(b)\nb,0.25,0.75\n');
  });

  it('gives every target of a regression a column, and every number its bits', () => {
    const outputs = Float32Array.of(0.1, -3e38, 1 / 3, 1e-45, -0.5, 16777217);
    const text = writePredictions({ outputs, units: 2, targets: ['a', 'b,c'], classes: undefined });
    const [header, ...lines] = rows(text);
    expect(header).toEqual(['a', 'b,c']);
    expect(Float32Array.from(lines.flat(), Number)).toEqual(outputs);
    expect(lines[0][0]).toBe('0.100000001');
  });

  it.each([
    ['=1+1', `"'=1+1"`],
    ['@x', `"'@x"`],
    ['+x', `"'+x"`],
    ['-a"b', `"'-a""b"`],
    ['-1+2', `"'-1+2"`],
    ['=a\nb', `"'=a\nb"`],
    ['-1.5', '-1.5'],
    ['+2e-3', '+2e-3'],
    ['a=b', 'a=b'],
    ['x,y', '"x,y"'],
  ])('writes the class %j so that no spreadsheet takes it for a formula', (name, cell) => {
    const text = writePredictions({
      outputs: Float32Array.of(1),
      units: 1,
      targets: ['kind'],
      classes: ['a', name],
    });
    expect(text.slice(text.lastIndexOf(cell))).toBe(`${cell},0,1\n`);
    expect(text).toMatch(/^prediction,p\(a\),"?p\(/);
  });

  it('writes targets as headers in the same way', () => {
    const text = writePredictions({
      outputs: Float32Array.of(-1),
      units: 1,
      targets: ['=x'],
      classes: undefined,
    });
    expect(text).toBe(`"'=x"\n-1\n`);
  });
});
