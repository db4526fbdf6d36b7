// The optimizer's step of every parameter of the network at once, where the gradient is clipped: weights and
// biases, m, v and gradients lie in buffers laid out alike, all weights (below `weights`) before all biases.
// factor [1] scales the gradient. Oracle: the textbook passes it stands for.
//#include grid
//#include step
//#include update

override WORKGROUP = 64u;

struct Params {
  count: u32,
  weights: u32,
  l1: f32,
  l2: f32,
  decay: f32,
  biasPenalties: f32,
  momentum: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read> factor: array<f32>;
@group(0) @binding(3) var<storage, read> schedule: array<Step>;
@group(0) @binding(4) var<storage, read> clock: array<u32>;
@group(0) @binding(5) var<storage, read_write> parameters: array<f32>;
//#if KEEPS_M
@group(0) @binding(6) var<storage, read_write> m: array<f32>;
//#endif
//#if KEEPS_V
@group(0) @binding(7) var<storage, read_write> v: array<f32>;
//#endif

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat(workgroup, workgroups) * WORKGROUP + local;
  if i >= params.count { return; }
  // The clock has moved on: the step that is being made is the one before.
  let step = schedule[clock[0] - 1u];
  var before = Parameter(parameters[i], 0.0, 0.0);
  //#if KEEPS_M
  before.m = m[i];
  //#endif
  //#if KEEPS_V
  before.v = v[i];
  //#endif
  let penalties = select(params.biasPenalties, 1.0, i < params.weights);
  let rule = Rule(
    penalties * params.l1,
    penalties * params.l2,
    penalties * params.decay,
    params.momentum,
    params.beta1,
    params.oneMinusBeta1,
    params.beta2,
    params.oneMinusBeta2,
    params.epsilon,
  );
  let gradient = factor[0] * gradients[i];
  let after = descend(before, gradient, rule, step.learningRate, step.correctionM, step.correctionV);
  parameters[i] = after.w;
  //#if KEEPS_M
  m[i] = after.m;
  //#endif
  //#if KEEPS_V
  v[i] = after.v;
  //#endif
}
