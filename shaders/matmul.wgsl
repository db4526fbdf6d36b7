// out = scale * op(a) . op(b) + bias, all row-major: z = aPrev . w + b, dw = aPrev^T . dz / m,
// da = dz . w^T.
// op(a): [m, k] (a is [k, m] with TRANSPOSE_A); op(b): [k, n] (b is [n, k] with TRANSPOSE_B);
// bias: [n], added to every row; out: [m, n].
// One invocation computes one number, adding its products in the order of k. Oracle: matmul.
//#include grid

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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = flat(workgroup, workgroups) * 64u + local;
  if index >= params.m * params.n { return; }
  let row = index / params.n;
  let column = index % params.n;
  var sum = 0.0;
  for (var i = 0u; i < params.k; i++) {
    sum += at_a(row, i) * at_b(i, column);
  }
  var result = params.scale * sum;
  //#if BIAS
  result += bias[column];
  //#endif
  out[index] = result;
}
