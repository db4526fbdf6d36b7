// The optimizer's step of one parameter where it lies. Parameters and moments lie in buffers laid out alike, all
// weights before all biases, so that a place says which of the two it is: penalties may spare biases.
//#include step
//#include update

struct Learning {
  weights: u32, // place of the first bias
  biasPenalties: f32, // how much of the penalties biases feel: 0 or 1
  @align(16) rule: Rule,
}

@group(0) @binding(1) var<uniform> learning: Learning;
@group(0) @binding(2) var<storage, read_write> parameters: array<f32>;
//#if KEEPS_M
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
//#endif
//#if KEEPS_V
@group(0) @binding(4) var<storage, read_write> v: array<f32>;
//#endif

fn learn(place: u32, gradient: f32, step: Step) -> f32 {
  var before = Parameter(parameters[place], 0.0, 0.0);
  //#if KEEPS_M
  before.m = m[place];
  //#endif
  //#if KEEPS_V
  before.v = v[place];
  //#endif
  var rule = learning.rule;
  let penalties = select(learning.biasPenalties, 1.0, place < learning.weights);
  rule.l1 *= penalties;
  rule.l2 *= penalties;
  rule.decay *= penalties;
  let after = descend(before, gradient, rule, step.learningRate, step.correctionM, step.correctionV);
  parameters[place] = after.w;
  //#if KEEPS_M
  m[place] = after.m;
  //#endif
  //#if KEEPS_V
  v[place] = after.v;
  //#endif
  return after.w;
}
