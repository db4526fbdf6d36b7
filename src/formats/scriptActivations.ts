import { DataError } from '../errors.ts';

/** A function of the script: its text with TypeScript's types between ‹ and ›, and which functions it calls. */
interface Part {
  readonly text: string;
  readonly needs?: readonly string[];
}

/** The same formulas as those of the `cpu` plan, so that a script says to the bit what that says. */
const PARTS: Readonly<Record<string, Part>> = {
  sigmoid: {
    text: `function sigmoid(z‹: number›)‹: number› {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}`,
  },
  tanh: {
    text: `function tanh(z‹: number›)‹: number› {
  return Math.tanh(z);
}`,
  },
  relu: {
    text: `function relu(z‹: number›)‹: number› {
  return z > 0 || !Number.isFinite(z) ? z : 0;
}`,
  },
  leakyRelu: {
    text: `function leakyRelu(z‹: number›)‹: number› {
  return z > 0 ? z : 0.01 * z;
}`,
  },
  identity: {
    text: `function identity(z‹: number›)‹: number› {
  return z;
}`,
  },
  phi: {
    text: `/** The distribution function of the normal distribution. */
function phi(z‹: number›)‹: number› {
  const x = Math.abs(z) * Math.SQRT1_2;
  const t = 1 / (1 + x / 2);
  let p = 0;
  for (const c of [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  ])
    p = c + t * p;
  const tail = 0.5 * t * Math.exp(-x * x - 1.26551223 + t * p);
  return z >= 0 ? 1 - tail : tail;
}`,
  },
  gelu: {
    text: `function gelu(z‹: number›)‹: number› {
  return z * phi(z);
}`,
    needs: ['phi'],
  },
  silu: {
    text: `function silu(z‹: number›)‹: number› {
  return z * sigmoid(z);
}`,
    needs: ['sigmoid'],
  },
  elu: {
    text: `function elu(z‹: number›)‹: number› {
  return z > 0 ? z : Math.expm1(z);
}`,
  },
  softplus: {
    text: `function softplus(z‹: number›)‹: number› {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}`,
  },
  softmax: {
    text: `function softmax(z‹: Float32Array›)‹: Float32Array› {
  const largest = z.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (const value of z) sum += Math.exp(value - largest);
  return z.map((value) => Math.exp(value - largest) / sum);
}`,
  },
};

/**
 * The functions of some activations, each once, after those that it calls; all but softmax go by numbers.
 * @throws DataError for an activation that Katman does not have
 */
export function activationTexts(names: readonly string[]): string[] {
  const taken = new Set<string>();
  for (const name of names) {
    if (!Object.hasOwn(PARTS, name) || name === 'phi') {
      throw new DataError(
        `The network has the activation '${name}', which Katman does not have; train it again`,
        { column: 'network' },
      );
    }
    for (const needed of PARTS[name].needs ?? []) taken.add(needed);
    taken.add(name);
  }
  return Array.from(taken, (name) => PARTS[name].text);
}
