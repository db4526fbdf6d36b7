// 1 where the prediction of an example is right, else 0. a, y: [m, n] row-major, hits: [m].
// Several classes: the largest output (the first of equals) against the largest target. BINARY: the
// share of outputs on the right side of 1/2. Oracle: hits.
//#include grid

struct Params { m: u32, n: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> hits: array<f32>;

fn rowHits(start: u32) -> f32 {
  //#if BINARY
  var right = 0.0;
  for (var j = 0u; j < params.n; j++) {
    right += select(0.0, 1.0, (a[start + j] > 0.5) == (y[start + j] > 0.5));
  }
  return right / f32(params.n);
  //#else
  var predicted = 0u;
  var actual = 0u;
  for (var j = 1u; j < params.n; j++) {
    if a[start + j] > a[start + predicted] { predicted = j; }
    if y[start + j] > y[start + actual] { actual = j; }
  }
  return select(0.0, 1.0, predicted == actual);
  //#endif
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flat(workgroup, workgroups) * 64u + local;
  if row >= params.m { return; }
  hits[row] = rowHits(row * params.n);
}
