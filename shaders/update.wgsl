// One step of every parameter of a tensor: gradient descent and its better kin, by flag. w, dw, m, v:
// [count]; w and the optimizer's m (MOMENTUM, NESTEROV, ADAM) and v (ADAM, RMSPROP) change in place.
// CLIP: factor [1] scales dw. schedule: one row per step of the submit; clock: [1], the step due.
// Oracle: update.
//#include grid
//#include step
//#include update

struct Params {
  count: u32,
  l1: f32,
  l2: f32,
  decay: f32,
  momentum: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dw: array<f32>;
@group(0) @binding(2) var<storage, read> schedule: array<Step>;
@group(0) @binding(3) var<storage, read> clock: array<u32>;
@group(0) @binding(4) var<storage, read_write> w: array<f32>;
//#if KEEPS_M
@group(0) @binding(5) var<storage, read_write> m: array<f32>;
//#endif
//#if KEEPS_V
@group(0) @binding(6) var<storage, read_write> v: array<f32>;
//#endif
//#if CLIP
@group(0) @binding(7) var<storage, read> factor: array<f32>;
//#endif

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * 64u + local;
  if i >= params.count { return; }
  let step = schedule[clock[0]];
  var before = Parameter(w[i], 0.0, 0.0);
  //#if KEEPS_M
  before.m = m[i];
  //#endif
  //#if KEEPS_V
  before.v = v[i];
  //#endif
  var gradient = dw[i];
  //#if CLIP
  gradient *= factor[0];
  //#endif
  let rule = Rule(
    params.l1,
    params.l2,
    params.decay,
    params.momentum,
    params.beta1,
    params.oneMinusBeta1,
    params.beta2,
    params.oneMinusBeta2,
    params.epsilon,
  );
  let after = descend(before, gradient, rule, step.learningRate, step.correctionM, step.correctionV);
  w[i] = after.w;
  //#if KEEPS_M
  m[i] = after.m;
  //#endif
  //#if KEEPS_V
  v[i] = after.v;
  //#endif
}
