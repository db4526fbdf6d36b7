import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  atLeastZero,
  fileName,
  fraction,
  layers,
  list,
  number,
  whole,
  wordOr,
} from '../../src/cli/optionParsers.ts';

describe('parsers of options', () => {
  it.each<[string, (text: string) => unknown, string, unknown]>([
    ['a number', atLeastZero, '0', 0],
    ['a fraction', fraction, '0.5', 0.5],
    ['units', layers, '64, 32', [64, 32]],
    ['no layer', layers, 'none', []],
    ['a word', wordOr('full', whole(1)), 'full', 'full'],
    ['what is no word', wordOr('balanced', list(atLeastZero)), '1,2.5', [1, 2.5]],
    ['a file', fileName, '-', '-'],
  ])('take %s', (_, parse, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each<[string, (text: string) => unknown, string, string]>([
    ['a number below 0', atLeastZero, '-1', "It is a finite number of at least 0, not '-1'."],
    ['a fraction of 1', fraction, '1', "It is a number between 0 and 1, not '1'."],
    ['no units', layers, '0', "It is none, or a whole number of at least 1, not '0'."],
    [
      'another case',
      wordOr('full', whole(1)),
      'Full',
      "It is full, or a whole number of at least 1, not 'Full'.",
    ],
    [
      'a misspelt word',
      wordOr('balanced', list(number)),
      'balancd',
      "It is balanced, or a finite number, not 'balancd'.",
    ],
    ['a file without a name', fileName, ' ', 'It is the name of a file, not nothing.'],
  ])('refuse %s', (_, parse, text, message) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
    expect(() => parse(text)).toThrow(message);
  });
});
