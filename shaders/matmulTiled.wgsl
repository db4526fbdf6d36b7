// out = scale * op(a) . op(b) + bias, as matmul.wgsl: same shapes, flags and order of summation, and so
// the same bits.
// One invocation computes ROWS x COLUMNS blocks of 4 x 4 numbers in named registers: each number it loads
// serves several products, so that arithmetic and not loading sets the pace. No workgroup memory.
// Oracle: matmul.
//#include grid

const ROWS = 1u;
const COLUMNS = 1u;
const I = 0u;
const J = 0u;
override WORKGROUP = 64u;

struct Params { m: u32, k: u32, n: u32, scale: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
//#if BIAS
@group(0) @binding(4) var<storage, read> bias: array<f32>;
//#endif

fn at_a(row: u32, i: u32) -> f32 {
  //#if TRANSPOSE_A
  return a[i * params.m + row];
  //#else
  return a[row * params.k + i];
  //#endif
}

fn at_b(i: u32, column: u32) -> f32 {
  //#if TRANSPOSE_B
  return b[column * params.k + i];
  //#else
  return b[i * params.n + column];
  //#endif
}

fn four_a(rows: vec4u, i: u32) -> vec4f {
  return vec4f(at_a(rows.x, i), at_a(rows.y, i), at_a(rows.z, i), at_a(rows.w, i));
}

fn four_b(i: u32, columns: vec4u) -> vec4f {
  return vec4f(at_b(i, columns.x), at_b(i, columns.y), at_b(i, columns.z), at_b(i, columns.w));
}

fn outer(left: vec4f, right: vec4f) -> mat4x4f {
  return mat4x4f(left.x * right, left.y * right, left.z * right, left.w * right);
}

fn store_row(row: u32, column: u32, sum: vec4f) {
  if row >= params.m { return; }
  for (var c = 0u; c < 4u; c++) {
    if column + c >= params.n { return; }
    var result = params.scale * sum[c];
    //#if BIAS
    result += bias[column + c];
    //#endif
    out[row * params.n + column + c] = result;
  }
}

fn store(row: u32, column: u32, sum: mat4x4f) {
  store_row(row, column, sum[0]);
  store_row(row + 1u, column, sum[1]);
  store_row(row + 2u, column, sum[2]);
  store_row(row + 3u, column, sum[3]);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = flat(workgroup, workgroups) * WORKGROUP + local;
  let across = (params.n + 4u * COLUMNS - 1u) / (4u * COLUMNS);
  let row = tile / across * 4u * ROWS;
  if row >= params.m { return; }
  let column = tile % across * 4u * COLUMNS;
  // Rows and columns beyond the edge repeat the last one; their sums are not stored.
  let four = vec4u(0u, 1u, 2u, 3u);
  //#repeat I ROWS
  let rows_I = min(row + 4u * I + four, vec4u(params.m - 1u));
  //#repeat J COLUMNS
  var sum_I_J = mat4x4f();
  //#end
  //#end
  //#repeat J COLUMNS
  let columns_J = min(column + 4u * J + four, vec4u(params.n - 1u));
  //#end
  for (var i = 0u; i < params.k; i++) {
    //#repeat J COLUMNS
    let right_J = four_b(i, columns_J);
    //#end
    //#repeat I ROWS
    let left_I = four_a(rows_I, i);
    //#repeat J COLUMNS
    sum_I_J += outer(left_I, right_J);
    //#end
    //#end
  }
  //#repeat I ROWS
  //#repeat J COLUMNS
  store(row + 4u * I, column + 4u * J, sum_I_J);
  //#end
  //#end
}
