// One step of the way back, in ranges of workgroups that do not wait for each other:
// THROUGH: da = dz . w^T of a layer, what dropout keeps of it, and dz = da g'(z) of the layer before it;
// then dw = scale aPrev^T . dz and db = scale (column sums of dz) of one or two layers whose w no pass needs any
// more, and at once the optimizer's step of w and b, so that dw need not be written. In the last pass of a step
// (`records` is 1) one more workgroup takes the means of losses and hits into the history and moves the clock on.
// CLIP: no step yet, as the norm of all gradients comes first. All matrices lie in the workspace, w and b in the
// parameters, the optimizer's m and v in buffers laid out alike, dw and db (where they are wanted) in gradients. One
// invocation computes (4 ROWS) x (4 COLUMNS) numbers in named registers, four terms of each sum at a time, in their
// order. Oracle: the textbook passes it stands for.
//#include activation
//#include dropout
//#include grid
//#include step
//#include update
//#include workspace

const ROWS = 1u;
const COLUMNS = 1u;
const FOUR = 1u;
const I = 0u;
const J = 0u;
const K = 0u;
const R = 0u;
override WORKGROUP = 64u;

struct Params {
  m: u32,
  stepAt: u32,
  throughGroups: u32,
  throughK: u32,
  throughN: u32,
  throughDzAt: u32,
  throughWAt: u32,
  throughSlopeAt: u32,
  throughDroppedAt: u32,
  throughDaAt: u32,
  throughOutAt: u32,
  layer: u32,
  threshold: u32,
  dropoutScale: f32,
  firstGroups: u32,
  firstRows: u32,
  firstColumns: u32,
  firstAAt: u32,
  firstDzAt: u32,
  firstWAt: u32,
  firstBAt: u32,
  firstDwAt: u32,
  firstDbAt: u32,
  secondGroups: u32,
  secondRows: u32,
  secondColumns: u32,
  secondAAt: u32,
  secondDzAt: u32,
  secondWAt: u32,
  secondBAt: u32,
  secondDwAt: u32,
  secondDbAt: u32,
  scale: f32,
  l1: f32,
  l2: f32,
  decay: f32,
  biasPenalties: f32,
  momentum: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
  lossesAt: u32,
  hitsAt: u32,
  lossAt: u32,
  accuracyAt: u32,
  historyAt: u32,
  records: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(4) var<storage, read> schedule: array<Step>;
@group(0) @binding(5) var<storage, read_write> clock: array<u32>;
@group(0) @binding(6) var<storage, read_write> results: array<f32>;
//#if KEEPS_M
@group(0) @binding(7) var<storage, read_write> m: array<f32>;
//#endif
//#if KEEPS_V
@group(0) @binding(8) var<storage, read_write> v: array<f32>;
//#endif

var<workgroup> partial: array<f32, WORKGROUP>;

//#if THROUGH
fn through(tile: u32, step: Step) {
  let n = params.throughN;
  let across = (n + 4u * COLUMNS - 1u) / (4u * COLUMNS);
  let row = tile / across * (4u * ROWS);
  if row >= params.m { return; }
  let column = tile % across * (4u * COLUMNS);
  let k = params.throughK;
  //#repeat I ROWS
  //#repeat R FOUR
  let start_R_I = params.throughDzAt / 4u + min(row + 4u * I + R, params.m - 1u) * fours(k);
  //#repeat J COLUMNS
  var acc_R_I_J = vec4f();
  //#end
  //#end
  //#end
  //#repeat J COLUMNS
  let w_J = params.throughWAt + min(vec4u(column + 4u * J) + vec4u(0u, 1u, 2u, 3u), vec4u(n - 1u)) * k;
  //#end
  for (var i = 0u; i < fours(k); i++) {
    //#repeat K FOUR
    let i_K = min(4u * i + K, k - 1u);
    //#repeat J COLUMNS
    let right_K_J = vec4f(
      parameters[w_J.x + i_K],
      parameters[w_J.y + i_K],
      parameters[w_J.z + i_K],
      parameters[w_J.w + i_K],
    );
    //#end
    //#end
    //#repeat I ROWS
    //#repeat R FOUR
    let left_R_I = workspace[start_R_I + i];
    //#repeat J COLUMNS
    acc_R_I_J = acc_R_I_J
    //#repeat K FOUR
      + left_R_I[K] * right_K_J
    //#end
    ;
    //#end
    //#end
    //#end
  }
  var sums: array<vec4f, 4u * ROWS * COLUMNS>;
  //#repeat I ROWS
  //#repeat R FOUR
  //#repeat J COLUMNS
  sums[(4u * I + R) * COLUMNS + J] = acc_R_I_J;
  //#end
  //#end
  //#end
  for (var r = 0u; r < 4u * ROWS; r++) {
    if row + r >= params.m { break; }
    for (var c = 0u; c < COLUMNS; c++) {
      if column + 4u * c < n { finish(row + r, column + 4u * c, sums[r * COLUMNS + c], step); }
    }
  }
}

// dz of four numbers of a row, from their da; the padding stays 0.
fn finish(row: u32, column: u32, sum: vec4f, step: Step) {
  let n = params.throughN;
  let z = workspace[params.throughSlopeAt / 4u + row * fours(n) + column / 4u];
  var ddropped = vec4f();
  var da = vec4f();
  var dz = vec4f();
  for (var c = 0u; c < 4u; c++) {
    if column + c < n {
      ddropped[c] = sum[c];
      da[c] = sum[c];
      //#if DROPOUT
      let keep = kept(row * n + column + c, params.layer, step.dropoutKey, params.threshold);
      da[c] = select(0.0, params.dropoutScale * sum[c], keep);
      //#endif
      dz[c] = da[c] * slope(z[c]);
    }
  }
  //#if DROPOUT
  put(params.throughDroppedAt, n, row, column, ddropped);
  //#endif
  put(params.throughDaAt, n, row, column, da);
  put(params.throughOutAt, n, row, column, dz);
}
//#endif

// The layer whose gradient a workgroup computes.
struct Layer {
  rows: u32,
  columns: u32,
  aAt: u32,
  dzAt: u32,
  wAt: u32,
  bAt: u32,
  dwAt: u32,
  dbAt: u32,
}

// The optimizer's step of parameter i, given its gradient.
fn learn(i: u32, gradient: f32, penalties: f32, step: Step) {
  //#if CLIP
  return;
  //#else
  var before = Parameter(parameters[i], 0.0, 0.0);
  //#if KEEPS_M
  before.m = m[i];
  //#endif
  //#if KEEPS_V
  before.v = v[i];
  //#endif
  let rule = Rule(
    penalties * params.l1,
    penalties * params.l2,
    penalties * params.decay,
    params.momentum,
    params.beta1,
    params.oneMinusBeta1,
    params.beta2,
    params.oneMinusBeta2,
    params.epsilon,
  );
  let after = descend(before, gradient, rule, step.learningRate, step.correctionM, step.correctionV);
  parameters[i] = after.w;
  //#if KEEPS_M
  m[i] = after.m;
  //#endif
  //#if KEEPS_V
  v[i] = after.v;
  //#endif
  //#endif
}

fn gradient(layer: Layer, tile: u32, step: Step) {
  let across = (layer.columns + 4u * COLUMNS - 1u) / (4u * COLUMNS);
  let row = tile / across * (4u * ROWS);
  if row >= layer.rows { return; }
  let column = tile % across * (4u * COLUMNS);
  // Fours in a row of aPrev and of dz; fours beyond the edge repeat the last one, and their sums are not stored.
  let wideA = fours(layer.rows);
  let wideDz = fours(layer.columns);
  //#repeat I ROWS
  let a_I = layer.aAt / 4u + min(row / 4u + I, wideA - 1u);
  //#repeat R FOUR
  //#repeat J COLUMNS
  var acc_R_I_J = vec4f();
  //#end
  //#end
  //#end
  //#repeat J COLUMNS
  let dz_J = layer.dzAt / 4u + min(column / 4u + J, wideDz - 1u);
  var bias_J = vec4f();
  //#end
  for (var i = 0u; i < fours(params.m); i++) {
    //#repeat K FOUR
    let row_K = min(4u * i + K, params.m - 1u);
    let inside_K = 4u * i + K < params.m;
    //#repeat J COLUMNS
    let right_K_J = select(vec4f(), workspace[dz_J + row_K * wideDz], inside_K);
    //#end
    //#end
    //#repeat J COLUMNS
    bias_J = bias_J
    //#repeat K FOUR
      + right_K_J
    //#end
    ;
    //#end
    //#repeat I ROWS
    //#repeat K FOUR
    let left_K_I = workspace[a_I + row_K * wideA];
    //#end
    //#repeat R FOUR
    //#repeat J COLUMNS
    acc_R_I_J = acc_R_I_J
    //#repeat K FOUR
      + left_K_I[R] * right_K_J
    //#end
    ;
    //#end
    //#end
    //#end
  }
  var sums: array<vec4f, 4u * ROWS * COLUMNS>;
  //#repeat I ROWS
  //#repeat R FOUR
  //#repeat J COLUMNS
  sums[(4u * I + R) * COLUMNS + J] = acc_R_I_J;
  //#end
  //#end
  //#end
  for (var r = 0u; r < 4u * ROWS; r++) {
    if row + r >= layer.rows { break; }
    for (var c = 0u; c < 4u * COLUMNS; c++) {
      if column + c >= layer.columns { break; }
      let i = (row + r) * layer.columns + column + c;
      let dw = params.scale * sums[r * COLUMNS + c / 4u][c % 4u];
      if layer.dwAt != NOWHERE { gradients[layer.dwAt + i] = dw; }
      learn(layer.wAt + i, dw, 1.0, step);
    }
  }
  if row > 0u { return; }
  var columnSums: array<vec4f, COLUMNS>;
  //#repeat J COLUMNS
  columnSums[J] = bias_J;
  //#end
  for (var c = 0u; c < 4u * COLUMNS; c++) {
    if column + c >= layer.columns { break; }
    let db = params.scale * columnSums[c / 4u][c % 4u];
    if layer.dbAt != NOWHERE { gradients[layer.dbAt + column + c] = db; }
    learn(layer.bAt + column + c, db, params.biasPenalties, step);
  }
}

// The mean of m results: strided sums, then a tree.
fn mean(at: u32, local: u32) -> f32 {
  var sum = 0.0;
  for (var i = local; i < params.m; i += WORKGROUP) {
    sum += results[at + i];
  }
  workgroupBarrier();
  partial[local] = sum;
  for (var half = WORKGROUP / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if local < half { partial[local] += partial[local + half]; }
  }
  workgroupBarrier();
  return partial[0] / f32(params.m);
}

fn record(local: u32) {
  let loss = mean(params.lossesAt, local);
  var accuracy = 0.0;
  if params.hitsAt != NOWHERE { accuracy = mean(params.hitsAt, local); }
  if local > 0u { return; }
  let step = u32(results[params.stepAt]);
  results[params.lossAt] = loss;
  results[params.historyAt + 2u * step] = loss;
  if params.hitsAt != NOWHERE {
    results[params.accuracyAt] = accuracy;
    results[params.historyAt + 2u * step + 1u] = accuracy;
  }
  clock[0] = step + 1u;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  var group = flat(workgroup, workgroups);
  let step = schedule[u32(results[params.stepAt])];
  //#if THROUGH
  if group < params.throughGroups {
    through(group * WORKGROUP + local, step);
    return;
  }
  group -= params.throughGroups;
  //#endif
  if group < params.firstGroups + params.secondGroups {
    var layer = Layer(
      params.firstRows,
      params.firstColumns,
      params.firstAAt,
      params.firstDzAt,
      params.firstWAt,
      params.firstBAt,
      params.firstDwAt,
      params.firstDbAt,
    );
    if group >= params.firstGroups {
      group -= params.firstGroups;
      layer = Layer(
        params.secondRows,
        params.secondColumns,
        params.secondAAt,
        params.secondDzAt,
        params.secondWAt,
        params.secondBAt,
        params.secondDwAt,
        params.secondDbAt,
      );
    }
    gradient(layer, group * WORKGROUP + local, step);
    return;
  }
  if group == params.firstGroups + params.secondGroups && params.records != 0u { record(local); }
}
