// A hidden layer in one pass: z = aPrev . w + b, a = g(z), dropped = what dropout keeps of a.
// aPrev: [m, k] in the workspace at `inputAt`; GATHER: the rows of data_x [total, k] that are the batch of this step,
// which the pass also leaves there. w [k, n], b [n] in the parameters. z, a, dropped: [m, n] in the workspace, each
// only where its place is not NOWHERE. One invocation computes (4 ROWS) x (4 COLUMNS) numbers in named registers,
// four terms of each sum at a time, in the order of k. Oracle: the textbook passes it stands for.
//#include activation
//#include dropout
//#include grid
//#include shuffle
//#include step
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
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
//#if GATHER
@group(0) @binding(3) var<storage, read> data_x: array<f32>;
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

// z and a of four numbers of a row; the padding stays 0.
fn finish(row: u32, column: u32, sum: vec4f, step: Step) {
  var z = vec4f();
  var a = vec4f();
  var dropped = vec4f();
  for (var c = 0u; c < 4u; c++) {
    if column + c < params.n {
      z[c] = sum[c] + parameters[params.bAt + column + c];
      a[c] = activate(z[c]);
      //#if DROPOUT
      let keep = kept(row * params.n + column + c, params.layer, step.dropoutKey, params.threshold);
      dropped[c] = select(0.0, params.dropoutScale * a[c], keep);
      //#endif
    }
  }
  put(params.zAt, params.n, row, column, z);
  put(params.aAt, params.n, row, column, a);
  //#if DROPOUT
  put(params.droppedAt, params.n, row, column, dropped);
  //#endif
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = flat(workgroup, workgroups) * WORKGROUP + local;
  let across = (params.n + 4u * COLUMNS - 1u) / (4u * COLUMNS);
  let row = tile / across * (4u * ROWS);
  if row >= params.m { return; }
  let column = tile % across * (4u * COLUMNS);
  let step = schedule[clock[0]];
  // Rows and columns beyond the edge repeat the last one; their sums are not stored.
  //#repeat I ROWS
  //#repeat R FOUR
  let start_R_I = startOf(min(row + 4u * I + R, params.m - 1u), step);
  //#repeat J COLUMNS
  var acc_R_I_J = vec4f();
  //#end
  //#end
  //#end
  //#repeat J COLUMNS
  let column_J = params.wAt + min(vec4u(column + 4u * J) + vec4u(0u, 1u, 2u, 3u), vec4u(params.n - 1u));
  //#end
  for (var i = 0u; i < fours(params.k); i++) {
    //#repeat K FOUR
    let w_K = min(4u * i + K, params.k - 1u) * params.n;
    //#repeat J COLUMNS
    let right_K_J = vec4f(
      parameters[w_K + column_J.x],
      parameters[w_K + column_J.y],
      parameters[w_K + column_J.z],
      parameters[w_K + column_J.w],
    );
    //#end
    //#end
    //#repeat I ROWS
    //#repeat R FOUR
    let left_R_I = input(start_R_I, i);
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
      if column + 4u * c < params.n { finish(row + r, column + 4u * c, sums[r * COLUMNS + c], step); }
    }
  }
  //#if GATHER
  if column == 0u {
    for (var r = row; r < min(row + 4u * ROWS, params.m); r++) {
      let start = startOf(r, step);
      for (var i = 0u; i < fours(params.k); i++) {
        put(params.inputAt, params.k, r, 4u * i, input(start, i));
      }
    }
  }
  //#endif
}
