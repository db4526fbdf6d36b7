// The last layer, its loss and the start of the way back in one pass: z = aPrev . w + b, a = g(z), the loss
// of every row, whether it is predicted right, and dz. aPrev: [m, k] in the workspace at `inputAt` (GATHER:
// rows of data_x, also left there), y: rows of data_y [total, n], WEIGHTED: data_weight [total]. Into the
// workspace, each where its place is not NOWHERE: z, a, y, da, dz [m, n], weight, losses, hits [m], and at
// `stepAt` the row of the schedule that is due, for the passes behind it. BINARY_CROSS_ENTROPY,
// SOFTMAX_CROSS_ENTROPY, HUBER or none (squared error) name the loss. A workgroup takes `rows` rows: first
// their products, ROWS x 4 to an invocation, in the order of k; then row by row. Oracle: the textbook passes
// it stands for.
//#include activation
//#include grid
//#include loss
//#include workspace

const ROWS = 1u;
const I = 0u;
override WORKGROUP = 64u;

struct Params {
  m: u32,
  k: u32,
  n: u32,
  rows: u32,
  inputAt: u32,
  wAt: u32,
  bAt: u32,
  zAt: u32,
  aAt: u32,
  yAt: u32,
  weightAt: u32,
  daAt: u32,
  dzAt: u32,
  lossesAt: u32,
  hitsAt: u32,
  stepAt: u32,
  binary: u32,
  share: f32,
  delta: f32,
  total: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
//#if GATHER
@group(0) @binding(3) var<storage, read> data_x: array<f32>;
//#endif
@group(0) @binding(4) var<storage, read> schedule: array<Step>;
@group(0) @binding(5) var<storage, read> clock: array<u32>;
@group(0) @binding(6) var<storage, read> data_y: array<f32>;
//#if WEIGHTED
@group(0) @binding(7) var<storage, read> data_weight: array<f32>;
//#endif

// Where a row of the batch begins.
fn startOf(row: u32, step: Step) -> u32 {
  //#if GATHER
  return sourceRow(row, params.total, step) * params.k;
  //#else
  return params.inputAt + row * params.k;
  //#endif
}

fn input(i: u32) -> f32 {
  //#if GATHER
  return data_x[i];
  //#else
  return workspace[i];
  //#endif
}

fn products(row: u32, column: u32, step: Step) {
  let last = params.m - 1u;
  let columns = min(vec4u(column) + vec4u(0u, 1u, 2u, 3u), vec4u(params.n - 1u)) + params.wAt;
  //#repeat I ROWS
  let start_I = startOf(min(row + I, last), step);
  var acc_I = vec4f();
  //#end
  for (var i = 0u; i < params.k; i++) {
    let w = i * params.n;
    let right = vec4f(
      parameters[w + columns.x],
      parameters[w + columns.y],
      parameters[w + columns.z],
      parameters[w + columns.w],
    );
    //#repeat I ROWS
    acc_I += input(start_I + i) * right;
    //#end
  }
  var sums: array<vec4f, ROWS>;
  //#repeat I ROWS
  sums[I] = acc_I;
  //#end
  for (var r = 0u; r < ROWS; r++) {
    for (var c = 0u; c < 4u; c++) {
      if row + r < params.m && column + c < params.n {
        workspace[params.zAt + (row + r) * params.n + column + c] = sums[r][c] + parameters[params.bAt + column + c];
      }
    }
  }
}

// Loss, prediction and dz of one row, from its z.
fn finish(row: u32, step: Step) {
  let n = params.n;
  let start = row * n;
  let source = sourceRow(row, params.total, step);
  let targets = source * n;
  var weight = 1.0;
  //#if WEIGHTED
  weight = data_weight[source];
  put(params.weightAt, row, weight);
  //#endif
  var finite = true;
  var top = 0u;
  var actual = 0u;
  for (var j = 0u; j < n; j++) {
    let z = workspace[params.zAt + start + j];
    finite = finite && isFinite(z) && isFinite(activate(z));
    if z > workspace[params.zAt + start + top] { top = j; }
    if data_y[targets + j] > data_y[targets + actual] { actual = j; }
    put(params.yAt, start + j, data_y[targets + j]);
  }
  let largest = workspace[params.zAt + start + top];
  var sum = 0.0;
  var right = 0.0;
  var predicted = 0u;
  var best = 0.0;
  //#if SOFTMAX_CROSS_ENTROPY
  // The largest term of the sum of e^(z - largest) is 1, so its logarithm is log1p of the others: a tiny
  // loss keeps all its digits.
  var others = 0.0;
  for (var j = 0u; j < n; j++) {
    if j != top { others += exp(workspace[params.zAt + start + j] - largest); }
  }
  var logSum = log(1.0 + others);
  if others < 1.0 { logSum = log1p(others); }
  //#endif
  for (var j = 0u; j < n; j++) {
    let z = workspace[params.zAt + start + j];
    let y = data_y[targets + j];
    var a = activate(z);
    var term = elementLoss(z, a, y, params.delta);
    //#if SOFTMAX_CROSS_ENTROPY
    a = exp(z - largest) / (1.0 + others);
    term = y * (largest - z + logSum);
    //#endif
    sum += term;
    if j == 0u || a > best {
      best = a;
      predicted = j;
    }
    right += select(0.0, 1.0, (a > 0.5) == (y > 0.5));
    var difference = a - y;
    //#if HUBER
    // clamp turns NaN into an ordinary number; a gradient must not.
    difference = select(difference, clamp(difference, -params.delta, params.delta), isFinite(difference));
    //#endif
    difference *= weight;
    put(params.aAt, start + j, a);
    //#if CANCELS
    // With its own loss, the slope of the output cancels: a - y is dz already.
    workspace[params.dzAt + start + j] = difference;
    //#else
    put(params.daAt, start + j, difference);
    workspace[params.dzAt + start + j] = difference * slope(z);
    //#endif
  }
  // log and max turn NaN into ordinary numbers; a loss must not.
  workspace[params.lossesAt + row] = select(notANumber(), params.share * sum * weight, finite);
  let hit = select(0.0, 1.0, predicted == actual);
  put(params.hitsAt, row, select(hit, right / f32(n), params.binary != 0u));
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let group = flat(workgroup, workgroups);
  let first = group * params.rows;
  let end = min(first + params.rows, params.m);
  let step = schedule[clock[0]];
  if group == 0u && local == 0u { workspace[params.stepAt] = f32(clock[0]); }
  let across = (params.n + 3u) / 4u;
  let tiles = (params.rows + ROWS - 1u) / ROWS * across;
  for (var tile = local; tile < tiles; tile += WORKGROUP) {
    let row = first + tile / across * ROWS;
    if row < end { products(row, tile % across * 4u, step); }
  }
  //#if GATHER
  for (var i = first * params.k + local; i < end * params.k; i += WORKGROUP) {
    workspace[params.inputAt + i] = data_x[startOf(i / params.k, step) + i % params.k];
  }
  //#endif
  storageBarrier();
  for (var row = first + local; row < end; row += WORKGROUP) { finish(row, step); }
}
