import { type Token, closing } from './tokens.ts';
import {
  SCALAR,
  TEMPLATED,
  type Type,
  elementOf,
  held,
  literal,
  partsOf,
  scalarOf,
  settled,
  spelt,
  together,
  widthOf,
} from './typeNames.ts';

/** Tells the types of expressions of a text, as far as declarations and operators say them. */
export class Types {
  readonly #aliases = new Map<string, Type>();
  readonly #structs = new Map<string, Map<string, Type>>();
  readonly #returns = new Map<string, Type>();
  /** The bracket that belongs to each bracket, by index. */
  readonly #pairs = new Map<number, number>();
  #depth = 0;

  constructor(private readonly tokens: readonly Token[]) {
    tokens.forEach(({ text }, i) => {
      if (!/^[([{]$/.test(text)) return;
      const close = closing(tokens, i);
      this.#pairs.set(i, close).set(close, i);
    });
    tokens.forEach(({ text }, i) => {
      const name = this.#text(i + 1);
      if (text === 'alias') this.#aliases.set(name, this.#read(i + 3).type);
      else if (text === 'struct') this.#structs.set(name, this.#members(i + 2));
      else if (text === 'fn' && this.#text(i + 2) === '(') {
        const arrow = this.#pairs.get(i + 2)! + 1;
        if (this.#text(arrow) === '->')
          this.#returns.set(name, this.#read(this.#afterAttributes(arrow + 1)).type);
      }
    });
  }

  /** The type of the expression of the tokens from `from` to before `to`; undefined where it is not clear. */
  of(from: number, to: number): Type | undefined {
    if (from >= to || this.#depth > 40) return undefined;
    this.#depth++;
    try {
      return this.#expression(from, to);
    } finally {
      this.#depth--;
    }
  }

  /** Where the arguments of the call begin and end whose bracket opens at `open`. */
  argumentsOf(open: number): [number, number][] {
    const close = this.#pairs.get(open)!;
    const found: [number, number][] = [];
    let from = open + 1;
    for (let i = from; i < close; i++) {
      const { text } = this.tokens[i];
      if (/^[([{]$/.test(text)) i = this.#pairs.get(i)!;
      else if (TEMPLATED.test(text) && this.#text(i + 1) === '<') i = this.#afterTemplate(i + 1) - 1;
      else if (text === ',') {
        found.push([from, i]);
        from = i + 1;
      }
    }
    if (from < close) found.push([from, close]);
    return found;
  }

  #text(i: number): string {
    return this.tokens[i]?.text ?? '';
  }

  #expression(from: number, to: number): Type | undefined {
    const operands: (Type | undefined)[] = [];
    let isTruth = false;
    let isShift = false;
    for (let i = from; i < to; i++) {
      const { type, next } = this.#operand(i);
      // What says how far is shifted says nothing of the result.
      if (!isShift) operands.push(type);
      const operator = this.#text(next);
      i = next;
      if (next >= to) break;
      isShift = operator === '<<' || operator === '>>';
      if (/^(==|!=|<|>|<=|>=|&&|\|\|)$/.test(operator)) isTruth = true;
      else if (!isShift && !/^[-+*/%&|^]$/.test(operator)) return undefined;
    }
    const type = operands.length === 1 ? operands[0] : together(operands.map(held));
    if (!isTruth || !type) return isTruth ? 'bool' : type;
    const width = widthOf(type);
    return width && width > 1 ? `vec${width}<bool>` : 'bool';
  }

  #operand(i: number): { type: Type | undefined; next: number } {
    const { text } = this.tokens[i];
    if (/^[-~!&*]$/.test(text)) {
      const { type, next } = this.#operand(i + 1);
      return { type: text === '*' ? held(type) : type, next };
    }
    let { type, next } = this.#primary(i);
    for (;;) {
      const sign = this.#text(next);
      if (sign === '.') {
        type = this.#member(held(type), this.#text(next + 1));
        next += 2;
      } else if (sign === '[') {
        const whole = held(type);
        type = whole && elementOf(whole);
        next = this.#pairs.get(next)! + 1;
      } else return { type, next };
    }
  }

  #primary(i: number): { type: Type | undefined; next: number } {
    const { text } = this.tokens[i];
    if (text === '(') return { type: this.of(i + 1, this.#pairs.get(i)!), next: this.#pairs.get(i)! + 1 };
    if (/^[\d.]/.test(text)) return { type: literal(text), next: i + 1 };
    if (text === 'true' || text === 'false') return { type: 'bool', next: i + 1 };
    if (TEMPLATED.test(text) && this.#text(i + 1) === '<') {
      const { type, next } = this.#read(i);
      return {
        type: text === 'bitcast' ? partsOf(type)[0] : type,
        next: (this.#pairs.get(next) ?? next) + 1,
      };
    }
    if (this.#text(i + 1) === '(')
      return { type: this.#called(text, i + 1), next: this.#pairs.get(i + 1)! + 1 };
    return { type: this.#variable(text, i), next: i + 1 };
  }

  #called(name: string, open: number): Type | undefined {
    const own = this.#returns.get(name);
    if (own) return own;
    const known = this.#known(name);
    if (SCALAR.test(known) || known.includes('<') || this.#structs.has(known)) return known;
    const types = this.argumentsOf(open).map(([from, to]) => held(this.of(from, to)));
    const [first] = types;
    if (/^vec[234]$/.test(name)) {
      const scalar = together(types.map((type) => type && scalarOf(type)));
      return scalar && `${name}<${scalar}>`;
    }
    if (/^(all|any|subgroup(All|Any|Elect))$/.test(name)) return 'bool';
    if (/^(arrayLength|pack\w+|dot4U8Packed)$/.test(name)) return 'u32';
    if (name === 'dot4I8Packed') return 'i32';
    if (name === 'subgroupBallot') return 'vec4<u32>';
    if (/^unpack[24]x/.test(name))
      return `vec${name[6]}<${name.endsWith('I8') ? 'i32' : name.endsWith('U8') ? 'u32' : 'f32'}>`;
    if (/^(dot|length|distance)$/.test(name)) return first && scalarOf(first);
    if (/^(frexp|modf|determinant|transpose|atomicStore|atomicCompareExchangeWeak)$/.test(name))
      return undefined;
    if (/^(atomic|subgroup|quad)\w+|^(workgroupUniformLoad|extractBits|insertBits|ldexp)$/.test(name))
      return first;
    return together(name === 'select' ? types.slice(0, 2) : types);
  }

  #member(type: Type | undefined, name: string): Type | undefined {
    if (!type) return undefined;
    if (!type.startsWith('vec')) return this.#structs.get(type)?.get(name);
    return name.length === 1 ? scalarOf(type) : `vec${name.length}<${scalarOf(type)}>`;
  }

  /** The type of the variable that a name means at a place: the nearest declaration before it whose block is open there. */
  #variable(name: string, at: number): Type | undefined {
    for (let i = at - 1; i >= 0; i--) {
      const { text } = this.tokens[i];
      if (text === '}') {
        i = this.#pairs.get(i) ?? 0;
        // What a loop declares in its head, and a function in its own, is gone with its block.
        while (i > 0 && !/^[;{}]$/.test(this.#text(i - 1))) {
          i--;
          if (this.#text(i) === ')') i = this.#pairs.get(i) ?? i;
        }
        continue;
      }
      const declared = this.#declaredAt(i, name);
      if (declared !== undefined) return this.#declaration(declared);
      if (text === 'fn') {
        const open = i + 2;
        for (let j = open; j < (this.#pairs.get(open) ?? open); j++)
          if (this.#text(j) === name && this.#text(j + 1) === ':') return this.#read(j + 2).type;
      }
    }
    // A module may declare what it has used already.
    for (let i = at, depth = 0; i < this.tokens.length; i++) {
      const { text } = this.tokens[i];
      depth += text === '{' ? 1 : text === '}' ? -1 : 0;
      const declared = depth < 0 || i === at ? undefined : this.#declaredAt(i, name);
      if (declared !== undefined && depth <= 0) return this.#declaration(declared);
    }
    return this.#outside(name);
  }

  /** A declaration of the module, wherever it stands. */
  #outside(name: string): Type | undefined {
    for (let i = 0; i < this.tokens.length; i++) {
      if (this.#text(i) === '{') i = this.#pairs.get(i) ?? i;
      const declared = this.#declaredAt(i, name);
      if (declared !== undefined) return this.#declaration(declared);
    }
    return undefined;
  }

  /** Where the name stands that is declared by the word at `i`, if it is this one. */
  #declaredAt(i: number, name: string): number | undefined {
    if (!/^(let|var|const|override)$/.test(this.#text(i))) return undefined;
    const at = this.#text(i + 1) === '<' ? this.#afterTemplate(i + 1) : i + 1;
    return this.#text(at) === name ? at : undefined;
  }

  #declaration(at: number): Type | undefined {
    if (this.#text(at + 1) === ':') return this.#read(at + 2).type;
    if (this.#text(at + 1) !== '=') return undefined;
    let end = at + 2;
    while (end < this.tokens.length && this.#text(end) !== ';') end = (this.#opens(end) ?? end) + 1;
    const type = this.of(at + 2, end);
    return type && settled(type);
  }

  #opens(i: number): number | undefined {
    return /^[([{]$/.test(this.#text(i)) ? this.#pairs.get(i) : undefined;
  }

  /** The type that is written at `i`. */
  #read(i: number): { type: Type; next: number } {
    if (this.#text(i + 1) !== '<') return { type: this.#known(this.#text(i)), next: i + 1 };
    const next = this.#afterTemplate(i + 1);
    const words = this.tokens.slice(i, next).map(({ text }) => this.#known(text));
    return { type: words.join('').replace(/,>/g, '>'), next };
  }

  #known(name: string): Type {
    return this.#aliases.get(name) ?? spelt(name);
  }

  /** Behind the `>` that belongs to the `<` at `i`. */
  #afterTemplate(i: number): number {
    let depth = 0;
    for (; i < this.tokens.length; i++) {
      const { text } = this.tokens[i];
      depth += text === '<' ? 1 : text === '>' ? -1 : text === '>>' ? -2 : 0;
      if (depth <= 0) return i + 1;
    }
    return i;
  }

  #afterAttributes(i: number): number {
    while (this.#text(i) === '@') i = this.#text(i + 2) === '(' ? this.#pairs.get(i + 2)! + 1 : i + 2;
    return i;
  }

  #members(open: number): Map<string, Type> {
    const members = new Map<string, Type>();
    for (let i = open + 1; i < (this.#pairs.get(open) ?? 0); i++) {
      if (this.#text(i) === '(') i = this.#pairs.get(i)!;
      else if (this.#text(i) === ':') members.set(this.#text(i - 1), this.#read(i + 1).type);
    }
    return members;
  }
}
