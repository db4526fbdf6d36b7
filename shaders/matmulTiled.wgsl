// out = scale * op(a) . op(b) + bias, as matmul.wgsl: same shapes, flags and order of summation, and so
// the same bits.
// One invocation computes ROWS x 4 numbers in named registers: each number it loads serves several
// products, so that arithmetic and not loading sets the pace. No workgroup memory. Oracle: matmul.
//#include grid

const ROWS = 1u;
const I = 0u;

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

fn finish(sum: f32, column: u32) -> f32 {
  var result = params.scale * sum;
  //#if BIAS
  result += bias[column];
  //#endif
  return result;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = flat(workgroup, workgroups) * 64u + local;
  let across = (params.n + 3u) / 4u;
  let row = tile / across * ROWS;
  if row >= params.m { return; }
  let column = tile % across * 4u;
  // Rows and columns beyond the edge repeat the last one; their sums are not stored.
  let columns = min(vec4u(column, column + 1u, column + 2u, column + 3u), vec4u(params.n - 1u));
  //#repeat I ROWS
  let row_I = min(row + I, params.m - 1u);
  var acc_I = vec4f();
  //#end
  for (var i = 0u; i < params.k; i++) {
    let right = vec4f(at_b(i, columns.x), at_b(i, columns.y), at_b(i, columns.z), at_b(i, columns.w));
    //#repeat I ROWS
    acc_I += at_a(row_I, i) * right;
    //#end
  }
  //#repeat I ROWS
  if row + I < params.m {
    let start = (row + I) * params.n + column;
    out[start] = finish(acc_I.x, column);
    if column + 1u < params.n { out[start + 1u] = finish(acc_I.y, column + 1u); }
    if column + 2u < params.n { out[start + 2u] = finish(acc_I.z, column + 2u); }
    if column + 3u < params.n { out[start + 3u] = finish(acc_I.w, column + 3u); }
  }
  //#end
}
