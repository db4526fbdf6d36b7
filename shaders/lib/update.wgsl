// One step of one parameter, by PyTorch's formulas. g is the gradient of the data with its penalties,
// l2 w and l1 sign(w); decay is decoupled (AdamW): it acts on w itself. Constants such as 1 - beta2 are
// computed on the host in double: in float32 1 - 0.999 is wrong by 5e-5.
//   gradient descent   w -= rate g
//   MOMENTUM           m = momentum m + g, w -= rate m
//   NESTEROV           as MOMENTUM, w -= rate (g + momentum m)
//   ADAM               m, v = running means of g and g^2; w -= rate (m corrected) / (sqrt(v corrected) + epsilon)
//   RMSPROP            v = running mean of g^2; w -= rate g / (sqrt(v) + epsilon), with MOMENTUM through m
struct Rule {
  l1: f32,
  l2: f32,
  decay: f32,
  momentum: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32, // RMSProp's rho
  oneMinusBeta2: f32,
  epsilon: f32,
}

struct Parameter { w: f32, m: f32, v: f32 }

fn descend(before: Parameter, dw: f32, rule: Rule, rate: f32, correctionM: f32, correctionV: f32) -> Parameter {
  var p = before;
  let g = dw + rule.l2 * p.w + rule.l1 * sign(p.w);
  p.w -= rate * rule.decay * p.w;
  //#if ADAM
  p.m = rule.beta1 * p.m + rule.oneMinusBeta1 * g;
  p.v = rule.beta2 * p.v + rule.oneMinusBeta2 * g * g;
  p.w -= rate * (p.m * correctionM) / (sqrt(p.v * correctionV) + rule.epsilon);
  //#elif RMSPROP
  p.v = rule.beta2 * p.v + rule.oneMinusBeta2 * g * g;
  p.m = rule.momentum * p.m + g / (sqrt(p.v) + rule.epsilon);
  p.w -= rate * p.m;
  //#elif NESTEROV
  p.m = rule.momentum * p.m + g;
  p.w -= rate * (g + rule.momentum * p.m);
  //#elif MOMENTUM
  p.m = rule.momentum * p.m + g;
  p.w -= rate * p.m;
  //#else
  p.w -= rate * g;
  //#endif
  return p;
}
