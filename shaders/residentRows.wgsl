// Many training steps of a small network in one dispatch of one workgroup: z = aPrev . w + b, a = g(z), the
// loss, the six formulas of the way back and the optimizer, step after step. Every invocation takes whole rows
// of the batch, with the weights, the activations and its share of dw and db in arrays of its own; the products
// are written out, so that constants index them. Two barriers a step. The text, and the time to compile it,
// grow with the network: resident.wgsl is for larger ones, with the same bindings, flags and results.
// data_x: [total, n0], data_y: [total, nL], WEIGHTED: data_weight [total]; parameters, m and v: all weights
// ([in, out], at W_L of each layer), then all biases (at B_L); schedule: one row per step, and how
// many steps this dispatch takes. Into the workspace: loss and accuracy of each step of the schedule
// [steps, 2], and at `gradients` the gradients of the last step before they are clipped, laid out like the
// parameters, `count` numbers; behind them as many again for every invocation but the first.
// BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY (both with CANCELS), HUBER or none (squared error) name the loss;
// CLIP scales the gradient down to a norm of `limit`. Oracle: the textbook passes it stands for.
//#include activations
//#include dropout
//#include learn
//#include loss
//#include shuffle

override WORKGROUP = 64u;
const I = 0u;
const J = 0u;
const L = 0u;

// The network. PARAMETERS: how many weights and biases there are; OUT: where the last layer's a begins among
// the activations, which lie layer behind layer, x first. Of each layer: the number of its activation (as
// activateBy has it), the share of 2^32 that dropout drops, where its a begins among the activations, and
// where its weights and biases begin in the parameters.
const LAYERS = 1u;
const PARAMETERS = 1u;
const INPUTS = 1u;
const OUTPUTS = 1u;
const OUT = 1u;
//#repeat L LAYERS
const INPUTS_L = 1u;
const UNITS_L = 1u;
const ACTIVATION_L = 1u;
const THRESHOLD_L = 1u;
const A_L = 1u;
const W_L = 1u;
const B_L = 1u;
//#end

struct Params {
  clockAt: u32,
  historyAt: u32,
  total: u32,
  count: u32,
  gradients: u32,
  accuracy: u32,
  binary: u32,
  share: f32,
  scale: f32,
  delta: f32,
  limit: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(6) var<storage, read> data_x: array<f32>;
@group(0) @binding(7) var<storage, read> data_y: array<f32>;
@group(0) @binding(8) var<storage, read> schedule: array<Step>;
@group(0) @binding(10) var<storage, read_write> workspace: array<f32>;
//#if WEIGHTED
@group(0) @binding(11) var<storage, read> data_weight: array<f32>;
//#endif

// The steps of this dispatch: rows of the schedule.
var<workgroup> span: vec2u;

// Loss, hits and squares of the gradients, as each invocation has them of its share.
var<workgroup> sums: array<vec3f, WORKGROUP>;

// 0 for a unit that dropout drops, else what makes up for the dropped ones.
fn keeps(index: u32, layer: u32, threshold: u32, step: Step) -> f32 {
  if threshold == 0u { return 1.0; }
  let share = 1.0 - f32(threshold) / 4294967296.0;
  return select(0.0, 1.0 / share, kept(index, layer, step.dropoutKey, threshold));
}

// Place in the parameters of number i of all weights and biases.
fn placeOf(number: u32) -> u32 {
  var i = number;
  //#repeat L LAYERS
  if i < INPUTS_L * UNITS_L { return W_L + i; }
  i -= INPUTS_L * UNITS_L;
  if i < UNITS_L { return B_L + i; }
  i -= UNITS_L;
  //#end
  return 0u;
}

fn total() -> vec3f {
  var sum = vec3f();
  for (var i = 0u; i < WORKGROUP; i++) { sum += sums[i]; }
  return sum;
}

fn outputOf(z: f32) -> f32 {
  //#repeat L LAYERS
  if L + 1u == LAYERS { return activateBy(ACTIVATION_L, z); }
  //#end
  return z;
}

fn outputSlope(z: f32) -> f32 {
  //#repeat L LAYERS
  if L + 1u == LAYERS { return slopeBy(ACTIVATION_L, z); }
  //#end
  return 1.0;
}

// The rows of this invocation, forward and back: their loss and hits, and into the workspace their gradients.
fn rowsOf(local: u32, step: Step) -> vec2f {
  let rows = step.rows;
  //#repeat L LAYERS
  var w_L = array<f32, INPUTS_L * UNITS_L>();
  var b_L = array<f32, UNITS_L>();
  var dw_L = array<f32, INPUTS_L * UNITS_L>();
  var db_L = array<f32, UNITS_L>();
  // Copied by loops, not written out: what is indexed by a variable somewhere stays an array, and compiles in
  // a fraction of the time.
  for (var i = 0u; i < INPUTS_L * UNITS_L; i++) { w_L[i] = parameters[W_L + i]; }
  for (var j = 0u; j < UNITS_L; j++) { b_L[j] = parameters[B_L + j]; }
  //#end
  var a = array<f32, OUT + OUTPUTS>();
  // What a change of z does to what goes on (the slope of the activation, times what dropout makes of it);
  // on the way back this times da: dz.
  var dz = array<f32, OUT + OUTPUTS>();
  var result = vec2f();
  for (var row = local; row < rows; row += WORKGROUP) {
    let source = sourceRow(row, params.total, step);
    //#repeat I INPUTS
    a[I] = data_x[source * INPUTS + I];
    //#end
    //#repeat L LAYERS
    //#repeat J UNITS_L
    {
      var z = b_L[J];
      //#repeat I INPUTS_L
      z += a[A_L - INPUTS_L + I] * w_L[I * UNITS_L + J];
      //#end
      a[A_L + J] = z;
    }
    //#end
    if L + 1u < LAYERS {
      for (var j = 0u; j < UNITS_L; j++) {
        let z = a[A_L + j];
        let keep = keeps(row * UNITS_L + j, L + 1u, THRESHOLD_L, step);
        a[A_L + j] = keep * activateBy(ACTIVATION_L, z);
        dz[A_L + j] = keep * slopeBy(ACTIVATION_L, z);
      }
    }
    //#end

    var weight = 1.0;
    //#if WEIGHTED
    weight = data_weight[source];
    //#endif
    //#if SOFTMAX_CROSS_ENTROPY
    // The largest term of the sum of e^(z - largest) is 1, so its logarithm is log1p of the others: a tiny
    // loss keeps all its digits.
    var top = OUT;
    for (var j = OUT; j < OUT + OUTPUTS; j++) { top = select(top, j, a[j] > a[top]); }
    let largest = a[top];
    var others = 0.0;
    for (var j = OUT; j < OUT + OUTPUTS; j++) { others += select(exp(a[j] - largest), 0.0, j == top); }
    let logSum = select(log(1.0 + others), log1p(others), others < 1.0);
    //#endif
    var finite = true;
    var loss = 0.0;
    var right = 0.0;
    var predicted = 0u;
    var actual = 0u;
    var best = 0.0;
    var most = 0.0;
    for (var j = 0u; j < OUTPUTS; j++) {
      let z = a[OUT + j];
      let y = data_y[source * OUTPUTS + j];
      var output = outputOf(z);
      var term = elementLoss(z, output, y, params.delta);
      //#if SOFTMAX_CROSS_ENTROPY
      output = exp(z - largest) / (1.0 + others);
      term = y * (largest - z + logSum);
      //#endif
      loss += term;
      finite = finite & isFinite(z) & isFinite(output);
      let first = j == 0u;
      predicted = select(predicted, j, first | (output > best));
      best = select(best, output, predicted == j);
      actual = select(actual, j, first | (y > most));
      most = select(most, y, actual == j);
      right += select(0.0, 1.0, (output > 0.5) == (y > 0.5));
      var difference = output - y;
      //#if HUBER
      // clamp turns NaN into an ordinary number; a gradient must not.
      difference = select(difference, clamp(difference, -params.delta, params.delta), isFinite(difference));
      //#endif
      //#if CANCELS
      // With its own loss, the slope of the output cancels: a - y is dz already.
      //#else
      difference *= outputSlope(z);
      //#endif
      dz[OUT + j] = weight * difference;
    }
    // log and max turn NaN into ordinary numbers; a loss must not.
    result.x += select(notANumber(), params.share * weight * loss, finite);
    let hit = select(0.0, 1.0, predicted == actual);
    result.y += select(hit, right / f32(OUTPUTS), params.binary != 0u);

    //#repeat L LAYERS down
    //#repeat J UNITS_L
    db_L[J] += dz[A_L + J];
    //#repeat I INPUTS_L
    dw_L[I * UNITS_L + J] += a[A_L - INPUTS_L + I] * dz[A_L + J];
    //#end
    //#end
    if L > 0u {
      //#repeat I INPUTS_L
      {
        var da = 0.0;
        //#repeat J UNITS_L
        da += dz[A_L + J] * w_L[I * UNITS_L + J];
        //#end
        dz[A_L - INPUTS_L + I] *= da;
      }
      //#end
    }
    //#end
  }

  let slice = params.gradients + local * params.count;
  //#repeat L LAYERS
  for (var i = 0u; i < INPUTS_L * UNITS_L; i++) { workspace[slice + W_L + i] = dw_L[i]; }
  for (var j = 0u; j < UNITS_L; j++) { workspace[slice + B_L + j] = db_L[j]; }
  //#end
  return result;
}

// The gradient of one parameter, added up over the invocations: left where the first had its share.
fn gradientOf(place: u32, step: Step) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < WORKGROUP; i++) {
    sum += workspace[params.gradients + i * params.count + place];
  }
  let gradient = sum * params.scale / f32(step.rows);
  workspace[params.gradients + place] = gradient;
  return gradient;
}

//#if CLIP
fn clipFactor(squares: f32) -> f32 {
  // A norm beyond float32 would scale everything to 0 and hide it.
  return select(notANumber(), min(1.0, params.limit / (sqrt(squares) + 1e-6)), isFinite(squares));
}
//#endif

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  if local == 0u {
    let first = u32(workspace[params.clockAt]);
    span = vec2u(first, first + schedule[first].steps);
  }
  let steps = workgroupUniformLoad(&span);
  // The gradients of the second invocation lie where the clock does, which the first has read.
  storageBarrier();
  for (var s = steps.x; s < steps.y; s++) {
    let step = schedule[s];
    sums[local] = vec3f(rowsOf(local, step), 0.0);
    storageBarrier();
    workgroupBarrier();
    if local == 0u {
      let mean = total() / f32(step.rows);
      workspace[params.historyAt + 2u * s] = mean.x;
      if params.accuracy != 0u { workspace[params.historyAt + 2u * s + 1u] = mean.y; }
    }
    //#if CLIP
    var squares = 0.0;
    for (var i = local; i < PARAMETERS; i += WORKGROUP) {
      let gradient = gradientOf(placeOf(i), step);
      squares += gradient * gradient;
    }
    workgroupBarrier();
    sums[local] = vec3f(0.0, 0.0, squares);
    workgroupBarrier();
    let factor = clipFactor(total().z);
    for (var i = local; i < PARAMETERS; i += WORKGROUP) {
      let place = placeOf(i);
      learn(place, factor * workspace[params.gradients + place], step);
    }
    //#else
    for (var i = local; i < PARAMETERS; i += WORKGROUP) {
      let place = placeOf(i);
      learn(place, gradientOf(place, step), step);
    }
    //#endif
    storageBarrier();
    workgroupBarrier();
  }
  if local == 0u { workspace[params.clockAt] = f32(steps.y); }
}
