// The loss of every example: factor * (sum over its outputs), WEIGHTED: times the weight of the row.
// z, a, y: [m, n] row-major, weight, losses: [m]. BINARY_CROSS_ENTROPY and SOFTMAX_CROSS_ENTROPY are
// computed from the logits z, HUBER and the squared error (no flag) from a. One invocation takes one row, in the order of its columns. Oracle: loss.
//#include grid
//#include loss

struct Params { m: u32, n: u32, factor: f32, delta: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read> a: array<f32>;
@group(0) @binding(3) var<storage, read> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> losses: array<f32>;
//#if WEIGHTED
@group(0) @binding(5) var<storage, read> weight: array<f32>;
//#endif

// -sum y log p with log p = z - top - log(sum of e^(z - top)). The largest term of that sum is
// e^0 = 1, so it is log1p of the others: a tiny loss keeps all its digits.
fn crossEntropy(start: u32) -> f32 {
  var top = 0u;
  for (var j = 1u; j < params.n; j++) {
    if z[start + j] > z[start + top] { top = j; }
  }
  var others = 0.0;
  for (var j = 0u; j < params.n; j++) {
    if j != top { others += exp(z[start + j] - z[start + top]); }
  }
  var logSum = log(1.0 + others);
  if others < 1.0 { logSum = log1p(others); }
  var sum = 0.0;
  for (var j = 0u; j < params.n; j++) {
    sum += y[start + j] * (z[start + top] - z[start + j] + logSum);
  }
  return sum;
}

fn sumOfElements(start: u32) -> f32 {
  var sum = 0.0;
  for (var j = 0u; j < params.n; j++) {
    sum += elementLoss(z[start + j], a[start + j], y[start + j], params.delta);
  }
  return sum;
}

fn rowLoss(start: u32) -> f32 {
  //#if SOFTMAX_CROSS_ENTROPY
  return crossEntropy(start);
  //#else
  return sumOfElements(start);
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
  let start = row * params.n;
  var finite = true;
  for (var j = 0u; j < params.n; j++) {
    finite = finite && isFinite(z[start + j]) && isFinite(a[start + j]);
  }
  var result = params.factor * rowLoss(start);
  //#if WEIGHTED
  result *= weight[row];
  //#endif
  // log and max turn NaN into ordinary numbers; a loss must not.
  losses[row] = select(notANumber(), result, finite);
}
