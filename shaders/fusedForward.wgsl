// A hidden layer in one pass: z = aPrev . w + b, a = g(z), dropped = what dropout keeps of a.
// aPrev: [m, k] in the workspace at `inputAt`; GATHER: rows of data_x [total, k], the batch of this step,
// which the pass also leaves in the workspace at `inputAt`. w [k, n], b [n] in the parameters. z, a, dropped: [m, n]
// in the workspace, each only where its place is not NOWHERE. One invocation computes ROWS x (4 COLUMNS)
// numbers in named registers, adding products in the order of k. Oracle: the textbook passes it stands for.
//#include activation
//#include dropout
//#include grid
//#include workspace

const ROWS = 1u;
const COLUMNS = 1u;
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
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
//#if GATHER
@group(0) @binding(3) var<storage, read> data_x: array<f32>;
//#endif
@group(0) @binding(4) var<storage, read> schedule: array<Step>;
@group(0) @binding(5) var<storage, read> clock: array<u32>;

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

fn finish(row: u32, column: u32, sum: f32, step: Step) {
  let i = row * params.n + column;
  let z = sum + parameters[params.bAt + column];
  let a = activate(z);
  put(params.zAt, i, z);
  put(params.aAt, i, a);
  //#if DROPOUT
  put(params.droppedAt, i, select(0.0, params.dropoutScale * a, kept(i, params.layer, step.dropoutKey, params.threshold)));
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
  let row = tile / across * ROWS;
  if row >= params.m { return; }
  let column = tile % across * 4u * COLUMNS;
  let step = schedule[clock[0]];
  // Rows and columns beyond the edge repeat the last one; their sums are not stored.
  let most = params.n - 1u;
  //#repeat I ROWS
  let start_I = startOf(min(row + I, params.m - 1u), step);
  //#repeat J COLUMNS
  var acc_I_J = vec4f();
  //#end
  //#end
  //#repeat J COLUMNS
  let column_J = min(vec4u(column + 4u * J) + vec4u(0u, 1u, 2u, 3u), vec4u(most)) + params.wAt;
  //#end
  for (var i = 0u; i < params.k; i++) {
    let w = i * params.n;
    //#repeat J COLUMNS
    let w_J = vec4f(
      parameters[w + column_J.x],
      parameters[w + column_J.y],
      parameters[w + column_J.z],
      parameters[w + column_J.w],
    );
    //#end
    //#repeat I ROWS
    let x_I = input(start_I + i);
    //#repeat J COLUMNS
    acc_I_J += x_I * w_J;
    //#end
    //#end
  }
  var sums: array<vec4f, ROWS * COLUMNS>;
  //#repeat I ROWS
  //#repeat J COLUMNS
  sums[I * COLUMNS + J] = acc_I_J;
  //#end
  //#end
  for (var r = 0u; r < ROWS; r++) {
    if row + r >= params.m { break; }
    for (var c = 0u; c < 4u * COLUMNS; c++) {
      if column + c < params.n { finish(row + r, column + c, sums[r * COLUMNS + c / 4u][c % 4u], step); }
    }
  }
  //#if GATHER
  if column == 0u {
    for (var r = row; r < min(row + ROWS, params.m); r++) {
      let start = startOf(r, step);
      for (var i = 0u; i < params.k; i++) {
        workspace[params.inputAt + r * params.k + i] = data_x[start + i];
      }
    }
  }
  //#endif
}
