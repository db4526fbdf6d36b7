// One step of the way back, in ranges of workgroups that do not wait for each other:
// THROUGH: da = dz . w^T of a layer, what dropout keeps of it, and dz = da g'(z) of the layer before it;
// then dw = scale aPrev^T . dz and db = scale (column sums of dz) of one or two layers whose w no pass needs any
// more, and at once the optimizer's step of w and b, so that dw need not be written. In the last pass of a step
// (`records` is 1) one more workgroup takes the means of losses and hits into the history and moves the clock on.
// LATER: no step yet, as the norm of all gradients or the sum of their parts comes first; the workgroups of a layer are
// dealt out to `parts` of the rows, each of which leaves its sums in a copy of its own of the gradients [parts, count].
// All matrices lie in the workspace, w and b in the parameters, the optimizer's m and v and (where they are wanted) dw
// and db in buffers laid out alike. One invocation computes ROWS x COLUMNS blocks of 4 x 4 numbers in named registers,
// adding products in the order of k; QUADS: the four of a quad together 4 ROWS x 4 COLUMNS blocks, each reading a
// fourth of the rows. Oracle: the textbook passes it stands for.
//#if QUADS
enable subgroups;
//#endif
//#include activation
//#include block
//#include dropout
//#include grid
//#include learn
//#include tile
//#include workspace
//#if QUADS
//#include quad
//#endif

const I = 0u;
const J = 0u;
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
  secondGroups: u32,
  secondRows: u32,
  secondColumns: u32,
  secondAAt: u32,
  secondDzAt: u32,
  secondWAt: u32,
  secondBAt: u32,
  scale: f32,
  keepsGradients: u32,
  parts: u32,
  count: u32,
  lossesAt: u32,
  hitsAt: u32,
  lossAt: u32,
  accuracyAt: u32,
  historyAt: u32,
  records: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(5) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(6) var<storage, read> schedule: array<Step>;
@group(0) @binding(7) var<storage, read_write> clock: array<u32>;
@group(0) @binding(8) var<storage, read_write> results: array<f32>;

//#if THROUGH
fn w(at: vec4u, i: u32) -> vec4f {
  let k = min(i, params.throughK - 1u);
  return vec4f(parameters[at.x + k], parameters[at.y + k], parameters[at.z + k], parameters[at.w + k]);
}

fn through(index: u32, step: Step) {
  let n = params.throughN;
  let k = fours(params.throughK);
  let tile = tileOf(index, fours(n));
  // Blocks beyond the edge repeat the last one; their sums are not stored.
  let last = vec4u(params.m - 1u);
  //#repeat I ROWS
  let start_I = params.throughDzAt / 4u + min(4u * ownRow(tile, I) + vec4u(0u, 1u, 2u, 3u), last) * k;
  //#repeat J COLUMNS
  var sum_I_J = mat4x4f();
  //#if QUADS
  var beside_I_J = mat4x4f();
  var below_I_J = mat4x4f();
  var across_I_J = mat4x4f();
  //#endif
  //#end
  //#end
  //#repeat J COLUMNS
  let column_J = min(4u * (tile.column + J) + vec4u(0u, 1u, 2u, 3u), vec4u(n - 1u));
  let w_J = params.throughWAt + column_J * params.throughK;
  //#end
  for (var i = 0u; i < k; i++) {
    //#repeat J COLUMNS
    let right_J = mat4x4f(w(w_J, 4u * i), w(w_J, 4u * i + 1u), w(w_J, 4u * i + 2u), w(w_J, 4u * i + 3u));
    //#end
    //#repeat I ROWS
    let left_I = mat4x4f(
      workspace[start_I.x + i],
      workspace[start_I.y + i],
      workspace[start_I.z + i],
      workspace[start_I.w + i],
    );
    //#if QUADS
    let left_x_I = swap_x(left_I);
    let left_y_I = swap_y(left_I);
    let left_both_I = swap_both(left_I);
    //#endif
    //#repeat J COLUMNS
    sum_I_J = add_block(sum_I_J, left_I, right_J);
    //#if QUADS
    beside_I_J = add_block(beside_I_J, left_x_I, right_J);
    below_I_J = add_block(below_I_J, left_y_I, right_J);
    across_I_J = add_block(across_I_J, left_both_I, right_J);
    //#endif
    //#end
    //#end
  }
  var sums: array<mat4x4f, SHARE * ROWS * COLUMNS>;
  //#repeat I ROWS
  //#repeat J COLUMNS
  sums[(I * COLUMNS + J) * SHARE] = sum_I_J;
  //#if QUADS
  sums[(I * COLUMNS + J) * SHARE + 1u] = beside_I_J;
  sums[(I * COLUMNS + J) * SHARE + 2u] = below_I_J;
  sums[(I * COLUMNS + J) * SHARE + 3u] = across_I_J;
  //#endif
  //#end
  //#end
  for (var s = 0u; s < SHARE * ROWS * COLUMNS; s++) {
    let column = 4u * columnOfSum(tile, s);
    for (var r = 0u; r < 4u; r++) {
      let row = 4u * rowOfSum(tile, s) + r;
      if row < params.m && column < n { finish(row, column, sums[s][r], step); }
    }
  }
}

// dz of four numbers of a row, from their da; the padding stays 0.
fn finish(row: u32, column: u32, sum: vec4f, step: Step) {
  let n = params.throughN;
  let z = workspace[params.throughSlopeAt / 4u + row * fours(n) + column / 4u];
  let inside = vec4u(column) + vec4u(0u, 1u, 2u, 3u) < vec4u(n);
  let ddropped = select(vec4f(), sum, inside);
  var da = ddropped;
  //#if DROPOUT
  let i = row * n + column;
  let keep = vec4<bool>(keeps(i, step), keeps(i + 1u, step), keeps(i + 2u, step), keeps(i + 3u, step));
  da = select(vec4f(), params.dropoutScale * ddropped, keep);
  put(params.throughDroppedAt, n, row, column, ddropped);
  //#endif
  put(params.throughDaAt, n, row, column, da);
  let slopes = vec4f(slope(z.x), slope(z.y), slope(z.z), slope(z.w));
  put(params.throughOutAt, n, row, column, select(vec4f(), da * slopes, inside));
}

//#if DROPOUT
fn keeps(i: u32, step: Step) -> bool {
  return kept(i, params.layer, step.dropoutKey, params.threshold);
}
//#endif
//#endif

// The layer whose gradient a workgroup computes.
struct Layer {
  rows: u32,
  columns: u32,
  aAt: u32,
  dzAt: u32,
  wAt: u32,
  bAt: u32,
  part: u32, // of the rows, that it sums
}

// The gradient of the parameter at this place: kept where that is wanted, and learnt from, unless that comes later.
fn take(layer: Layer, place: u32, gradient: f32, step: Step) {
  //#if LATER
  gradients[layer.part * params.count + place] = gradient;
  //#else
  if params.keepsGradients != 0u { gradients[place] = gradient; }
  learn(place, gradient, step);
  //#endif
}

// A loop, not four calls: compilers write out each call, and the optimizer is long.
fn takeRow(layer: Layer, row: u32, column: u32, dw: vec4f, step: Step) {
  let start = layer.wAt + row * layer.columns;
  let end = min(column + 4u, layer.columns);
  for (var c = column; c < end; c++) { take(layer, start + c, dw[c - column], step); }
}

fn gradient(layer: Layer, index: u32, step: Step) {
  // Blocks in a row of aPrev and of dz. Those beyond the edge repeat the last one, and their sums are not stored.
  let wideA = fours(layer.rows);
  let wideDz = fours(layer.columns);
  let tile = tileOf(index, wideDz);
  //#repeat I ROWS
  let a_I = layer.aAt / 4u + min(ownRow(tile, I), wideA - 1u);
  //#repeat J COLUMNS
  var sum_I_J = mat4x4f();
  //#if QUADS
  var beside_I_J = mat4x4f();
  var below_I_J = mat4x4f();
  var across_I_J = mat4x4f();
  //#endif
  //#end
  //#end
  //#repeat J COLUMNS
  let dz_J = layer.dzAt / 4u + min(tile.column + J, wideDz - 1u);
  var bias_J = vec4f();
  //#end
  var first = 0u;
  var end = fours(params.m);
  //#if LATER
  first = layer.part * fours(params.m) / params.parts;
  end = (layer.part + 1u) * fours(params.m) / params.parts;
  //#endif
  for (var i = first; i < end; i++) {
    let rows = 4u * i + vec4u(0u, 1u, 2u, 3u);
    // Rows beyond the batch add nothing.
    let inside = select(vec4f(), vec4f(1.0), rows < vec4u(params.m));
    let row = min(rows, vec4u(params.m - 1u));
    let a = row * wideA;
    let dz = row * wideDz;
    //#repeat J COLUMNS
    let right_J = mat4x4f(
      inside.x * workspace[dz_J + dz.x],
      inside.y * workspace[dz_J + dz.y],
      inside.z * workspace[dz_J + dz.z],
      inside.w * workspace[dz_J + dz.w],
    );
    bias_J = add_row(bias_J, vec4f(1.0), right_J);
    //#end
    //#repeat I ROWS
    let left_I = transpose(
      mat4x4f(workspace[a_I + a.x], workspace[a_I + a.y], workspace[a_I + a.z], workspace[a_I + a.w]),
    );
    //#if QUADS
    let left_x_I = swap_x(left_I);
    let left_y_I = swap_y(left_I);
    let left_both_I = swap_both(left_I);
    //#endif
    //#repeat J COLUMNS
    sum_I_J = add_block(sum_I_J, left_I, right_J);
    //#if QUADS
    beside_I_J = add_block(beside_I_J, left_x_I, right_J);
    below_I_J = add_block(below_I_J, left_y_I, right_J);
    across_I_J = add_block(across_I_J, left_both_I, right_J);
    //#endif
    //#end
    //#end
  }
  var sums: array<mat4x4f, SHARE * ROWS * COLUMNS>;
  //#repeat I ROWS
  //#repeat J COLUMNS
  sums[(I * COLUMNS + J) * SHARE] = sum_I_J;
  //#if QUADS
  sums[(I * COLUMNS + J) * SHARE + 1u] = beside_I_J;
  sums[(I * COLUMNS + J) * SHARE + 2u] = below_I_J;
  sums[(I * COLUMNS + J) * SHARE + 3u] = across_I_J;
  //#endif
  //#end
  //#end
  for (var s = 0u; s < SHARE * ROWS * COLUMNS; s++) {
    let column = 4u * columnOfSum(tile, s);
    for (var r = 0u; r < 4u; r++) {
      let row = 4u * rowOfSum(tile, s) + r;
      if row < layer.rows { takeRow(layer, row, column, params.scale * sums[s][r], step); }
    }
  }
  if tile.row > 0u { return; }
  var columnSums: array<vec4f, COLUMNS>;
  //#repeat J COLUMNS
  columnSums[J] = bias_J;
  //#end
  for (var c = 0u; c < 4u * COLUMNS; c++) {
    let column = 4u * tile.column + c;
    if column < layer.columns { take(layer, layer.bAt + column, params.scale * columnSums[c / 4u][c % 4u], step); }
  }
}

// The mean of m results, in four sums. One invocation takes it: a barrier would slow software down in all of the
// kernel, and the workgroups beside it go through as many rows.
fn mean(at: u32) -> f32 {
  let last = params.m - 1u;
  var sum = vec4f();
  for (var i = 0u; i < fours(params.m); i++) {
    let place = 4u * i + vec4u(0u, 1u, 2u, 3u);
    let places = at + min(place, vec4u(last));
    let values = vec4f(results[places.x], results[places.y], results[places.z], results[places.w]);
    sum += select(vec4f(), values, place <= vec4u(last));
  }
  return (sum.x + sum.y + (sum.z + sum.w)) / f32(params.m);
}

fn record() {
  let loss = mean(params.lossesAt);
  var accuracy = 0.0;
  if params.hitsAt != NOWHERE { accuracy = mean(params.hitsAt); }
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
      0u,
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
        0u,
      );
    }
    //#if LATER
    layer.part = group % params.parts;
    group /= params.parts;
    //#endif
    gradient(layer, group * WORKGROUP + local, step);
    return;
  }
  if group == params.firstGroups + params.secondGroups && local == 0u && params.records != 0u { record(); }
}
