// A hidden layer in one pass: z = aPrev . w + b, a = g(z), dropped = what dropout keeps of a.
// aPrev: [m, k] in the workspace at `inputAt`; GATHER: the rows of data_x [total, k] that are the batch of this step,
// which the pass also leaves there. w [k, n], b [n] in the parameters. z, a, dropped: [m, n] in the workspace, each
// only where its place is not NOWHERE. One invocation computes ROWS x COLUMNS blocks of 4 x 4 numbers in named registers,
// adding products in the order of k; QUADS: the four of a quad together 4 ROWS x 4 COLUMNS blocks, each reading a fourth
// of the rows. X_FOURS, W_FOURS: k, n are multiples of 4, and so four numbers are one load. Oracle: the textbook passes it
// stands for.
//#if QUADS
enable subgroups;
//#endif
//#include activation
//#include block
//#include dropout
//#include grid
//#include shuffle
//#include step
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
  k: u32,
  n: u32,
  inputAt: u32,
  wAt: u32,
  bAt: u32,
  zAt: u32,
  aAt: u32,
  droppedAt: u32,
  layer: u32,
  threshold: u32,
  dropoutScale: f32,
  total: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
//#if W_FOURS
@group(0) @binding(2) var<storage, read> parameters_fours: array<vec4f>;
//#else
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
//#endif
//#if GATHER
//#if X_FOURS
@group(0) @binding(6) var<storage, read> data_x_fours: array<vec4f>;
//#else
@group(0) @binding(7) var<storage, read> data_x: array<f32>;
//#endif
//#endif
@group(0) @binding(4) var<storage, read> schedule: array<Step>;
@group(0) @binding(5) var<storage, read> clock: array<u32>;

// Where a row of the input begins: in the data in numbers, in the workspace in fours.
fn startOf(row: u32, step: Step) -> u32 {
  //#if GATHER
  return sourceRow(row, params.total, step) * params.k;
  //#else
  return params.inputAt / 4u + row * fours(params.k);
  //#endif
}

// Of four rows, one after the other: the compiler writes out the shuffle once.
fn startsOf(rows: vec4u, step: Step) -> vec4u {
  var starts = vec4u();
  for (var r = 0u; r < 4u; r++) { starts[r] = startOf(rows[r], step); }
  return starts;
}

// Numbers 4 i to 4 i + 3 of a row of the input; 0 beyond its end.
fn input(start: u32, i: u32) -> vec4f {
  //#if GATHER
  //#if X_FOURS
  return data_x_fours[start / 4u + i];
  //#else
  let at = vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u);
  let place = start + min(at, vec4u(params.k - 1u));
  let values = vec4f(data_x[place.x], data_x[place.y], data_x[place.z], data_x[place.w]);
  return select(vec4f(), values, at < vec4u(params.k));
  //#endif
  //#else
  return workspace[start + i];
  //#endif
}

// Four parameters at these places, which follow on each other but at the edge.
fn fourOf(at: vec4u) -> vec4f {
  //#if W_FOURS
  return parameters_fours[at.x / 4u];
  //#else
  return vec4f(parameters[at.x], parameters[at.y], parameters[at.z], parameters[at.w]);
  //#endif
}

fn w(row: u32, columns: vec4u) -> vec4f {
  return fourOf(min(row, params.k - 1u) * params.n + columns);
}

// z and a of four numbers of a row; the padding stays 0.
fn finish(row: u32, column: u32, sum: vec4f, step: Step) {
  let columns = vec4u(column) + vec4u(0u, 1u, 2u, 3u);
  let inside = columns < vec4u(params.n);
  let b = fourOf(params.bAt + min(columns, vec4u(params.n - 1u)));
  let z = select(vec4f(), sum + b, inside);
  let a = select(vec4f(), vec4f(activate(z.x), activate(z.y), activate(z.z), activate(z.w)), inside);
  put(params.zAt, params.n, row, column, z);
  put(params.aAt, params.n, row, column, a);
  //#if DROPOUT
  let i = row * params.n + column;
  let keep = vec4<bool>(keeps(i, step), keeps(i + 1u, step), keeps(i + 2u, step), keeps(i + 3u, step));
  put(params.droppedAt, params.n, row, column, select(vec4f(), params.dropoutScale * a, keep));
  //#endif
}

//#if DROPOUT
fn keeps(i: u32, step: Step) -> bool {
  return kept(i, params.layer, step.dropoutKey, params.threshold);
}
//#endif

//#if GATHER
// Leaves four numbers of four rows of the batch in the workspace, for the way back.
fn keep(row: u32, i: u32, block: mat4x4f) {
  for (var r = 0u; r < 4u; r++) {
    if row + r < params.m { put(params.inputAt, params.k, row + r, 4u * i, block[r]); }
  }
}
//#endif

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = tileOf(flat(workgroup, workgroups) * WORKGROUP + local, fours(params.n));
  let step = schedule[clock[0]];
  // Blocks beyond the edge repeat the last one; their sums are not stored.
  let last = vec4u(params.m - 1u);
  //#repeat I ROWS
  let row_I = min(4u * ownRow(tile, I) + vec4u(0u, 1u, 2u, 3u), last);
  let start_I = startsOf(row_I, step);
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
  let column_J = params.wAt + min(4u * (tile.column + J) + vec4u(0u, 1u, 2u, 3u), vec4u(params.n - 1u));
  //#end
  for (var i = 0u; i < fours(params.k); i++) {
    //#repeat J COLUMNS
    let right_J = mat4x4f(
      w(4u * i, column_J),
      w(4u * i + 1u, column_J),
      w(4u * i + 2u, column_J),
      w(4u * i + 3u, column_J),
    );
    //#end
    //#repeat I ROWS
    let left_I = mat4x4f(
      input(start_I.x, i),
      input(start_I.y, i),
      input(start_I.z, i),
      input(start_I.w, i),
    );
    //#if GATHER
    if tile.column < SHARE * COLUMNS { keep(4u * ownRow(tile, I), i, left_I); }
    //#endif
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
      if row < params.m && column < params.n { finish(row, column, sums[s][r], step); }
    }
  }
}
