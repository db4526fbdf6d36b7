import { type Buffer, type Gpu, UNIFORM } from '../../src/gpu/gpu.ts';
import { type Kernel, type Pass, constantsOf } from '../../src/gpu/kernel.ts';
import { kernelText } from '../../src/gpu/pipelines.ts';
import { Program } from '../../src/gpu/program.ts';
import { type KernelName, kernels } from '../../src/kernels/index.ts';
import { library as shipped } from '../../src/kernels/library.ts';
import type { LayerParameters } from '../../src/network/initialize.ts';
import { compareExactly } from '../../src/lab/exactStep.ts';
import { type StepRecord, describeMismatch, judgeStep } from '../../src/lab/verify.ts';
import { corrections } from '../../src/network/optimizer.ts';
import {
  type DataPart,
  type Plan,
  type Tensor,
  momentTensors,
  parameterTensors,
  passesOf,
  roomOf,
} from '../../src/network/plan.ts';
import { planOf } from '../../src/network/plans.ts';
import { ResidentData } from '../../src/network/residentData.ts';
import { type Step, packSchedule } from '../../src/network/schedule.ts';
import { Tensors, readTensors } from '../../src/network/tensors.ts';
import { Random } from '../../src/random.ts';
import type { Numbers } from '../../src/session/drawnStep.ts';
import { staysExact, wholeNumbers } from '../../src/session/exactStep.ts';
import { ordinaryNumbers } from '../../src/session/judgedStep.ts';
import { SPENT, guardLoops } from '../../src/wgsl/loopGuard.ts';
import type { Judging } from './networks.ts';

export type Library = Readonly<Record<string, string>>;
type Content = Map<string, Float32Array | Uint32Array>;

/** Steps of one submit, and of one dispatch of a plan that takes many. */
const STEPS = 3;
const PER_DISPATCH = 2;
/** Rows of the schedule and of the history. */
const ROOM = 8;
/** More rounds than the loops of an invocation make in any of the networks. */
const MOST_ROUNDS = 20_000;

/** The text of a pass's kernel, given its source and the files that it includes. */
function textOf({ kernel, flags, constants }: Pass, sources: Library, library: Library): string {
  const row: Kernel = kernels[kernel as KernelName];
  return kernelText({ ...row, source: sources[kernel] ?? row.source }, flags, library, constants);
}

/** The plan of a network, on so much data. */
async function planFor(
  network: Judging,
  data: readonly DataPart[] = [{ start: 0, held: network.rows }],
): Promise<Plan> {
  const { architecture, method, rows, choice, keep = true } = network;
  const options = { ...method, tile: choice.tile, keep, m: rows, steps: ROOM, data };
  return planOf(choice.plan, architecture, options);
}

/** Whether these sources or files change the text of a pass of this network. */
export async function isChangedBy(network: Judging, sources: Library, library: Library): Promise<boolean> {
  return passesOf(await planFor(network)).some(
    (pass) => textOf(pass, sources, library) !== textOf(pass, {}, shipped),
  );
}

/** A pass whose kernel has this text; no loop of it runs for ever. */
async function programOf(
  gpu: Gpu,
  pass: Pass,
  text: string,
  buffers: ReadonlyMap<string, Buffer>,
): Promise<Program> {
  const row: Kernel = kernels[pass.kernel as KernelName];
  const source = guardLoops(text, MOST_ROUNDS, { reports: true });
  const constants = Object.entries(constantsOf(row, pass.constants));
  const groups = row.workgroups(pass.params, Object.fromEntries(constants), pass.flags);
  const kernel: Kernel = { ...row, source, flags: [], counts: {}, workgroups: () => groups };
  const its: Pass = {
    ...pass,
    flags: [],
    constants: Object.fromEntries(constants.filter(([name]) => name in (row.overrides ?? {}))),
    tensors: { ...pass.tensors, ...(source.includes(SPENT) && { [SPENT]: SPENT }) },
  };
  const table = { kernels: { [pass.kernel]: kernel }, library: {} };
  return Program.create(gpu, pass.label, table, [its], buffers);
}

/** The steps of one network: what lasts from mutant to mutant, and what its steps came to before. */
export class WholeSteps {
  #right: Promise<Content> | undefined;

  private constructor(
    private readonly gpu: Gpu,
    readonly network: Judging,
    private readonly numbers: Numbers,
    private readonly moments: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
    private readonly plan: Plan,
    private readonly data: ResidentData,
    private readonly tensors: readonly Tensors[],
    private readonly buffers: ReadonlyMap<string, Buffer>,
    private readonly texts: readonly string[],
    private readonly programs: readonly Program[],
    private readonly steps: readonly Step[],
  ) {}

  static async create(gpu: Gpu, network: Judging): Promise<WholeSteps> {
    const { architecture, method, rows, learningRate, scale = 1 } = network;
    const random = new Random(network.name.length, rows);
    const draw = network.numbers === 'whole' ? wholeNumbers : ordinaryNumbers;
    const drawn = draw(network, random);
    const large = ({ w, b }: LayerParameters): LayerParameters => ({ w: w.map((x) => scale * x), b });
    const numbers = { ...drawn, parameters: drawn.parameters.map(large) };
    const data = new ResidentData(gpu, architecture, numbers.examples);
    const plan = await planFor(network, data.parts);
    const own = plan.tensors.filter(({ role }) => !['data', 'parameter', 'moment'].includes(role));
    const tensors = [own, parameterTensors(architecture), momentTensors(architecture, method.optimizer)].map(
      (some) => new Tensors(gpu, some),
    );
    const buffers = new Map([...tensors, data.tensors].flatMap(({ bindable }) => [...bindable]));
    for (const [name, content] of plan.tables ?? []) {
      const table = gpu.buffer(name, content.byteLength, UNIFORM);
      gpu.write(table, content);
      buffers.set(name, table);
    }
    buffers.set(SPENT, gpu.buffer(SPENT, 4));
    const passes = passesOf(plan);
    const texts = passes.map((pass) => textOf(pass, {}, shipped));
    const programs = await Promise.all(passes.map((pass, i) => programOf(gpu, pass, texts[i], buffers)));
    const moments = new Map(
      [...tensors[2].buffers].map(([name, { bytes }]) => [name, numbers.moments(bytes / 4)]),
    );
    const steps = Array.from({ length: STEPS }, (_, i): Step => {
      const { m, v } = corrections(method.optimizer, 5 + i);
      return {
        ...{ index: i, epoch: 0, first: (numbers.examples.rows - rows) % (i + 2), rows },
        ...{ shuffleKey: i === 1 ? 0 : random.integer() || 1, dropoutKey: random.integer() },
        ...{ learningRate: learningRate / 2 ** i, correctionM: m, correctionV: v },
      };
    });
    return new WholeSteps(
      ...([gpu, network, numbers, moments, plan, data, tensors, buffers] as const),
      ...([texts, programs, steps] as const),
    );
  }

  /**
   * Makes steps with these texts in the place of those that are shipped.
   * @returns what is wrong with them, and, if nothing is, the first number that the shipped texts give otherwise
   */
  async judge(sources: Library, library: Library): Promise<{ wrong?: string; changes?: string }> {
    const right = await (this.#right ??= this.#rightly());
    const made: Program[] = [];
    try {
      const programs: Program[] = [];
      for (const [i, pass] of passesOf(this.plan).entries()) {
        const text = textOf(pass, sources, library);
        if (text === this.texts[i]) {
          programs.push(this.programs[i]);
          continue;
        }
        const program = await programOf(this.gpu, pass, text, this.buffers);
        made.push(program);
        programs.push(program);
      }
      const { wrong, all } = await this.#make(programs);
      // What lies between the tensors, or is scratch, is no result.
      const results = [...right.keys()].filter((name) => this.#isResult(name));
      return wrong ? { wrong } : { changes: differenceOf(right, all, results) };
    } finally {
      for (const program of made) program.dispose();
    }
  }

  #isResult(name: string): boolean {
    const [tensor] = name.split(' ');
    return this.plan.tensors.some((one) => one.name === tensor && one.role !== 'scratch');
  }

  /** What the shipped texts come to. */
  async #rightly(): Promise<Content> {
    const { wrong, all } = await this.#make(this.programs);
    if (wrong) throw new Error(`${this.network.name}: the kernels as they are: ${wrong}`);
    return all;
  }

  /**
   * One step that the oracle judges, and two more, one by one; then all three in one submit, which has to come to the
   * same bits.
   */
  async #make(programs: readonly Program[]): Promise<{ wrong?: string; all: Content }> {
    const { plan, network } = this;
    this.#reset();
    const before = await this.#read();
    await this.#run(programs, this.steps.slice(0, 1));
    const after = await this.#read();
    const spent = () => ({ wrong: 'a loop does not end', all: after });
    if (after.get(SPENT)![0]) return spent();
    const schedule = new Uint32Array(before.get('schedule')!.length);
    schedule.set(packSchedule(this.steps.slice(0, 1)));
    before.set('schedule', schedule).set('clock', new Uint32Array(1));
    const record: StepRecord = {
      passes: passesOf(plan),
      shapes: new Map(
        plan.tensors.filter(({ role }) => role !== 'scratch').map(({ name, shape }) => [name, shape]),
      ),
      before,
      after,
    };
    if (network.numbers === 'whole' && !staysExact(record, network))
      throw new Error(`${network.name} does not stay exact: take smaller numbers`);
    const wrong = network.numbers === 'whole' ? exactly(record) : await rigorously(record);
    if (wrong) return { wrong, all: after };

    const history = after.get('history')!.slice(0, 2 * STEPS);
    for (let i = 1; i < STEPS; i++) {
      await this.#run(programs, this.steps.slice(i, i + 1));
      history.set((await this.#read()).get('history')!.subarray(0, 2), 2 * i);
    }
    const single = await this.#read();
    this.#reset();
    await this.#run(programs, this.steps);
    const together = await this.#read();
    if (single.get(SPENT)![0] || together.get(SPENT)![0]) return spent();
    single.set('history', history).set('clock', Float32Array.of(STEPS));
    together.set('history', together.get('history')!.subarray(0, 2 * STEPS));
    const isCompared = (name: string) => record.shapes.has(name) && name !== 'schedule' && name !== 'step';
    const names = [...together.keys()].filter(isCompared);
    const differs = differenceOf(single, together, names);
    if (differs) return { wrong: `steps of one submit differ from steps one by one: ${differs}`, all: after };
    for (const name of names) after.set(`${name} of step ${STEPS}`, together.get(name)!);
    return { all: after };
  }

  /** Everything as it was at first: no number of a step before stands where it could pass for one of this. */
  #reset(): void {
    const { architecture } = this.network;
    const [own, parameters, moments] = this.tensors;
    for (const { arenas } of this.tensors)
      for (const buffer of arenas.values()) this.gpu.write(buffer, new Uint8Array(buffer.bytes));
    for (const tensor of this.plan.tensors)
      if (own.buffers.has(tensor.name)) this.gpu.write(own.get(tensor.name), this.#first(tensor));
    architecture.layers.forEach((_, l) => {
      const { w, b } = this.numbers.parameters[l];
      this.gpu.write(parameters.get(`layer${l + 1}.w`), Float32Array.from(w));
      this.gpu.write(parameters.get(`layer${l + 1}.b`), Float32Array.from(b));
    });
    for (const [name, buffer] of moments.buffers) this.gpu.write(buffer, this.moments.get(name)!);
    this.gpu.write(this.buffers.get(SPENT)!, new Uint32Array(1));
  }

  /** What a tensor holds before the first step: in what a fused step computes a number that is none of its results. */
  #first(tensor: Tensor): Float32Array<ArrayBuffer> {
    const { name, shape, stride, arena } = tensor;
    const values = new Float32Array(roomOf(tensor));
    const isResult = name !== 'step' && (arena === 'workspace' || arena === 'results');
    if (this.plan.name !== 'fused' || !isResult) return values;
    const width = shape[shape.length - 1];
    // The padding of rows is 0 from the first.
    return values.map((_, i) => (i % (stride ?? width) < width ? 7 : 0));
  }

  async #run(programs: readonly Program[], steps: readonly Step[]): Promise<void> {
    const perDispatch = this.plan.takesMany ? Math.min(PER_DISPATCH, steps.length) : 1;
    const schedule = this.buffers.get('schedule')!;
    this.gpu.write(schedule, new Uint32Array(schedule.bytes / 4));
    this.gpu.write(schedule, packSchedule(steps, perDispatch));
    this.gpu.submit('steps', (encoder) => {
      const { raw, offset, bytes } = this.buffers.get('clock')!;
      encoder.clearBuffer(raw, offset, bytes);
      const pass = encoder.beginComputePass();
      for (let i = 0; i < steps.length; i += perDispatch)
        for (const program of programs) program.encode(pass);
      pass.end();
    });
  }

  /** Every tensor and arena. */
  async #read(): Promise<Content> {
    const content = this.data.contentOf(this.numbers.examples);
    const isTable = (name: string) => this.plan.tables?.has(name);
    const buffers = [...this.buffers].filter(([name]) => !content.has(name) && !isTable(name));
    for (const [name, values] of await readTensors(this.gpu, buffers, this.plan.tensors))
      content.set(name, name === SPENT ? new Uint32Array(values.buffer) : values);
    return content;
  }
}

function exactly(record: StepRecord): string | undefined {
  const { wrong } = compareExactly(record);
  return wrong && `${wrong.tensor}[${wrong.index}] is ${wrong.got}, and is to be ${wrong.want}`;
}

async function rigorously(record: StepRecord): Promise<string | undefined> {
  for await (const report of judgeStep(record)) if (!(report.fraction <= 1)) return describeMismatch(report);
  return undefined;
}

/** The first number in which two contents differ. */
function differenceOf(
  one: Content,
  other: Content,
  names: Iterable<string> = one.keys(),
): string | undefined {
  for (const name of names) {
    const [values, others] = [one.get(name)!, other.get(name)!];
    const at = values.findIndex((value, i) => !Object.is(value, others[i]) && value !== others[i]);
    if (at >= 0) return `${name}[${at}] ${values[at]} -> ${others[at]}`;
  }
  return undefined;
}
