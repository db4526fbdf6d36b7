// The last layer, its loss and the start of the way back in one pass: z = aPrev . w + b, a = g(z), the loss of every
// row, whether it is predicted right, and dz. aPrev: [m, k] in the workspace at `inputAt` (GATHER: rows of data_x,
// also left there), y: rows of data_y [total, n], WEIGHTED: data_weight [total]. Into the workspace, each where its
// place is not NOWHERE: z, a, y, da, dz [m, n]; into the results weight, losses, hits [m], and at `stepAt` the row of
// the schedule that is due, for the passes behind it. BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, HUBER or none
// (squared error) name the loss; CANCELS: with it the slope of the output cancels. A workgroup takes `rows` rows: first
// their products, 4 x 4 to an invocation, in the order of k; then row by row. Oracle: the textbook passes it stands for.
//#include activation
//#include block
//#include grid
//#include loss
//#include shuffle
//#include step
//#include workspace

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
@group(0) @binding(7) var<storage, read_write> results: array<f32>;
//#if WEIGHTED
@group(0) @binding(8) var<storage, read> data_weight: array<f32>;
//#endif

// Where a row of the input begins: in the data in numbers, in the workspace in fours.
fn startOf(row: u32, step: Step) -> u32 {
  //#if GATHER
  return sourceRow(row, params.total, step) * params.k;
  //#else
  return params.inputAt / 4u + row * fours(params.k);
  //#endif
}

// Numbers 4 i to 4 i + 3 of a row of the input; 0 beyond its end.
fn input(start: u32, i: u32) -> vec4f {
  //#if GATHER
  let at = vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u);
  let place = start + min(at, vec4u(params.k - 1u));
  let values = vec4f(data_x[place.x], data_x[place.y], data_x[place.z], data_x[place.w]);
  return select(vec4f(), values, at < vec4u(params.k));
  //#else
  return workspace[start + i];
  //#endif
}

fn w(row: u32, columns: vec4u) -> vec4f {
  let at = min(row, params.k - 1u) * params.n + columns;
  return vec4f(parameters[at.x], parameters[at.y], parameters[at.z], parameters[at.w]);
}

// z of four rows and four columns.
fn products(row: u32, column: u32, step: Step) {
  let columns = min(vec4u(column) + vec4u(0u, 1u, 2u, 3u), vec4u(params.n - 1u));
  let rows = min(vec4u(row) + vec4u(0u, 1u, 2u, 3u), vec4u(params.m - 1u));
  let start = vec4u(startOf(rows.x, step), startOf(rows.y, step), startOf(rows.z, step), startOf(rows.w, step));
  var sum = mat4x4f();
  for (var i = 0u; i < fours(params.k); i++) {
    let at = params.wAt + columns;
    let left = mat4x4f(input(start.x, i), input(start.y, i), input(start.z, i), input(start.w, i));
    sum = add_block(sum, left, mat4x4f(w(4u * i, at), w(4u * i + 1u, at), w(4u * i + 2u, at), w(4u * i + 3u, at)));
  }
  let b = params.bAt + columns;
  let bias = vec4f(parameters[b.x], parameters[b.y], parameters[b.z], parameters[b.w]);
  let inside = vec4u(column) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.n);
  for (var r = 0u; r < 4u; r++) {
    if row + r < params.m { put(params.zAt, params.n, row + r, column, select(vec4f(), sum[r] + bias, inside)); }
  }
}

fn zOf(row: u32, j: u32) -> f32 {
  return workspace[params.zAt / 4u + row * fours(params.n) + j / 4u][j % 4u];
}

// One number of a row that this invocation has to itself.
fn putOne(at: u32, row: u32, j: u32, value: f32) {
  if at != NOWHERE { workspace[at / 4u + row * fours(params.n) + j / 4u][j % 4u] = value; }
}

// Loss, prediction and dz of one row, from its z.
fn finish(row: u32, step: Step) {
  let n = params.n;
  let source = sourceRow(row, params.total, step);
  let targets = source * n;
  var weight = 1.0;
  //#if WEIGHTED
  weight = data_weight[source];
  if params.weightAt != NOWHERE { results[params.weightAt + row] = weight; }
  //#endif
  var finite = true;
  var top = 0u;
  var largest = zOf(row, 0u);
  var actual = 0u;
  var most = data_y[targets];
  for (var j = 0u; j < n; j++) {
    let z = zOf(row, j);
    let y = data_y[targets + j];
    finite = finite && isFinite(z);
    if z > largest {
      largest = z;
      top = j;
    }
    if y > most {
      most = y;
      actual = j;
    }
    putOne(params.yAt, row, j, y);
  }
  var sum = 0.0;
  var right = 0.0;
  var predicted = 0u;
  var best = 0.0;
  //#if SOFTMAX_CROSS_ENTROPY
  // The largest term of the sum of e^(z - largest) is 1, so its logarithm is log1p of the others: a tiny
  // loss keeps all its digits.
  var others = 0.0;
  for (var j = 0u; j < n; j++) {
    if j != top { others += exp(zOf(row, j) - largest); }
  }
  var logSum = log(1.0 + others);
  if others < 1.0 { logSum = log1p(others); }
  //#endif
  for (var j = 0u; j < n; j++) {
    let z = zOf(row, j);
    let y = data_y[targets + j];
    var a = activate(z);
    var term = elementLoss(z, a, y, params.delta);
    //#if SOFTMAX_CROSS_ENTROPY
    a = exp(z - largest) / (1.0 + others);
    term = y * (largest - z + logSum);
    //#endif
    finite = finite && isFinite(a);
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
    putOne(params.aAt, row, j, a);
    //#if CANCELS
    putOne(params.dzAt, row, j, difference);
    //#else
    putOne(params.daAt, row, j, difference);
    putOne(params.dzAt, row, j, difference * slope(z));
    //#endif
  }
  // log and max turn NaN into ordinary numbers; a loss must not.
  results[params.lossesAt + row] = select(notANumber(), params.share * sum * weight, finite);
  let hit = select(0.0, 1.0, predicted == actual);
  if params.hitsAt != NOWHERE { results[params.hitsAt + row] = select(hit, right / f32(n), params.binary != 0u); }
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
  if group == 0u && local == 0u { results[params.stepAt] = f32(clock[0]); }
  let across = fours(params.n);
  for (var tile = local; tile < fours(params.rows) * across; tile += WORKGROUP) {
    let row = first + tile / across * 4u;
    if row < end { products(row, tile % across * 4u, step); }
  }
  //#if GATHER
  let wide = fours(params.k);
  for (var i = first * wide + local; i < end * wide; i += WORKGROUP) {
    put(params.inputAt, params.k, i / wide, i % wide * 4u, input(startOf(i / wide, step), i % wide));
  }
  //#endif
  storageBarrier();
  for (var row = first + local; row < end; row += WORKGROUP) { finish(row, step); }
}
