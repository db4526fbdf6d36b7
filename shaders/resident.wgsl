// Many training steps of a network in one dispatch of one workgroup: z = aPrev . w + b, a = g(z), the loss, the
// six formulas of the way back and the optimizer, step after step, with a barrier between one product and the
// next. An invocation computes ROWS x 4 numbers of z or da, 4 QUADS x 4 of dw in named registers. No size is in
// the text: one pipeline serves every network of up to 8 layers with these flags. residentRows.wgsl is faster
// for small ones.
// data_x: [total, n0], data_y: [total, nL], WEIGHTED: data_weight [total]; parameters, m and v: all weights
// ([in, out], at `w` of each layer), then all biases (at `b`); schedule: one row per step, and how
// many steps this dispatch takes. Into the workspace: loss and accuracy of each step of the schedule
// [steps, 2], and at `gradients` the gradients of the last step before they are clipped, laid out like the
// parameters.
// BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY (both with CANCELS), HUBER or none (squared error) name the loss;
// CLIP scales the gradient down to a norm of `limit`. Oracle: the textbook passes it stands for.
//#include activations
//#include dropout
//#include learn
//#include loss
//#include shuffle

override WORKGROUP = 64u;
const ROWS = 1u;
const QUADS = 1u;
const I = 0u;
const J = 0u;

struct Params {
  clockAt: u32,
  historyAt: u32,
  layers: u32,
  total: u32,
  gradients: u32,
  partial: u32,
  partialCount: u32,
  accuracy: u32,
  binary: u32,
  share: f32,
  scale: f32,
  delta: f32,
  limit: f32,
}

// The workspace holds quads: four numbers of a row. Rows whose length is no multiple of four end in zeros.
struct Layer {
  inputs: u32,
  units: u32,
  activation: u32, // its number for activateBy
  threshold: u32, // of dropout: the dropped share of 2^32
  w: u32, // place in the parameters
  b: u32,
  quads: u32, // place in the workspace of its weights, rows of zeros up to a multiple of four, its biases
  a: u32, // of what comes in
  z: u32, // of z, then of what dz needs, then of dz
  slices: u32, // parts of the batch whose gradients are summed apart, so that no invocation is idle
  unused0: u32,
  unused1: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(5) var<uniform> layers: array<Layer, 8>;
@group(0) @binding(6) var<storage, read> data_x: array<f32>;
@group(0) @binding(7) var<storage, read> data_y: array<f32>;
@group(0) @binding(8) var<storage, read> schedule: array<Step>;
@group(0) @binding(10) var<storage, read_write> workspace: array<vec4f>;
//#if WEIGHTED
@group(0) @binding(11) var<storage, read> data_weight: array<f32>;
//#endif

// The steps of this dispatch: rows of the schedule.
var<workgroup> span: vec2u;

// Loss, hits and squares of the gradients, as each invocation has them of its share.
var<workgroup> sums: array<vec3f, WORKGROUP>;

fn total() -> vec3f {
  var sum = vec3f();
  for (var i = 0u; i < WORKGROUP; i++) { sum += sums[i]; }
  return sum;
}

fn quadsOf(numbers: u32) -> u32 {
  return (numbers + 3u) / 4u;
}

// Number j of a row that begins at this quad.
fn at(quad: u32, j: u32) -> f32 {
  return workspace[quad + j / 4u][j % 4u];
}

// Number j of a row of the data, and the zeros behind it.
fn input(row: u32, j: u32, width: u32) -> f32 {
  if j >= width { return 0.0; }
  return data_x[row * width + j];
}

fn takeBatch(local: u32, step: Step) {
  let width = layers[0].inputs;
  let across = quadsOf(width);
  for (var i = local; i < step.rows; i += WORKGROUP) {
    let row = sourceRow(i, params.total, step);
    for (var k = 0u; k < across; k++) {
      let j = 4u * k;
      workspace[layers[0].a + i * across + k] = vec4f(
        input(row, j, width),
        input(row, j + 1u, width),
        input(row, j + 2u, width),
        input(row, j + 3u, width),
      );
    }
  }
}

// Number i of a tensor of the parameters, or the zero that fills up a quad.
fn parameter(place: u32, i: u32, inside: bool) -> f32 {
  if !inside { return 0.0; }
  return parameters[place + i];
}

fn takeParameters(local: u32) {
  for (var l = 0u; l < params.layers; l++) {
    let layer = layers[l];
    let n = layer.units;
    let across = quadsOf(n);
    let rows = 4u * quadsOf(layer.inputs);
    for (var item = local; item < (rows + 1u) * across; item += WORKGROUP) {
      let row = item / across;
      let j = item % across * 4u;
      let place = select(layer.w + row * n, layer.b, row == rows);
      let inside = row < layer.inputs || row == rows;
      workspace[layer.quads + item] = vec4f(
        parameter(place, j, inside && j < n),
        parameter(place, j + 1u, inside && j + 1u < n),
        parameter(place, j + 2u, inside && j + 2u < n),
        parameter(place, j + 3u, inside && j + 3u < n),
      );
    }
  }
}

fn activate4(g: u32, z: vec4f) -> vec4f {
  return vec4f(activateBy(g, z.x), activateBy(g, z.y), activateBy(g, z.z), activateBy(g, z.w));
}

fn slope4(g: u32, z: vec4f) -> vec4f {
  return vec4f(slopeBy(g, z.x), slopeBy(g, z.y), slopeBy(g, z.z), slopeBy(g, z.w));
}

// 0 for units that dropout drops, else what makes up for the dropped ones.
fn keep4(index: u32, l: u32, threshold: u32, step: Step) -> vec4f {
  let gain = 1.0 / (1.0 - f32(threshold) / 4294967296.0);
  return select(vec4f(), vec4f(gain), vec4<bool>(
    kept(index, l, step.dropoutKey, threshold),
    kept(index + 1u, l, step.dropoutKey, threshold),
    kept(index + 2u, l, step.dropoutKey, threshold),
    kept(index + 3u, l, step.dropoutKey, threshold),
  ));
}

// z = aPrev . w + b; of a hidden layer then a, and in the place of z what a change of z does to what goes on:
// the slope of the activation, times what dropout makes of it.
fn forward(l: u32, local: u32, step: Step) {
  let layer = layers[l];
  let deep = quadsOf(layer.inputs);
  let across = quadsOf(layer.units);
  let tiles = (step.rows + ROWS - 1u) / ROWS * across;
  for (var tile = local; tile < tiles; tile += WORKGROUP) {
    let row = tile / across * ROWS;
    let column = tile % across;
    let inputs = layer.a + row * deep;
    let outputs = row * across + column;
    let bias = workspace[layer.quads + 4u * deep * across + column];
    //#repeat I ROWS
    var acc_I = bias;
    //#end
    var place = layer.quads + column;
    for (var k = 0u; k < deep; k++) {
      let w0 = workspace[place];
      let w1 = workspace[place + across];
      let w2 = workspace[place + 2u * across];
      let w3 = workspace[place + 3u * across];
      place += 4u * across;
      //#repeat I ROWS
      let a_I = workspace[inputs + I * deep + k];
      acc_I += a_I.x * w0 + a_I.y * w1 + a_I.z * w2 + a_I.w * w3;
      //#end
    }
    //#repeat I ROWS
    workspace[layer.z + outputs + I * across] = acc_I;
    //#end
    if l + 1u < params.layers {
      for (var i = 0u; i < ROWS; i++) {
        let output = outputs + i * across;
        let z = workspace[layer.z + output];
        var keep = vec4f(1.0);
        if layer.threshold != 0u {
          keep = keep4((row + i) * layer.units + 4u * column, l + 1u, layer.threshold, step);
        }
        workspace[layers[l + 1u].a + output] = keep * activate4(layer.activation, z);
        workspace[layer.z + output] = keep * slope4(layer.activation, z);
      }
    }
  }
}

// Loss and hits of one row; its z becomes dz.
fn finish(row: u32, step: Step) -> vec2f {
  let layer = layers[params.layers - 1u];
  let n = layer.units;
  let place = layer.z + row * quadsOf(n);
  let source = sourceRow(row, params.total, step);
  let targets = source * n;
  var weight = 1.0;
  //#if WEIGHTED
  weight = data_weight[source];
  //#endif
  var finite = true;
  var top = 0u;
  var actual = 0u;
  for (var j = 0u; j < n; j++) {
    finite = finite && isFinite(at(place, j));
    if at(place, j) > at(place, top) { top = j; }
    if data_y[targets + j] > data_y[targets + actual] { actual = j; }
  }
  let largest = at(place, top);
  //#if SOFTMAX_CROSS_ENTROPY
  // The largest term of the sum of e^(z - largest) is 1, so its logarithm is log1p of the others: a tiny
  // loss keeps all its digits.
  var others = 0.0;
  for (var j = 0u; j < n; j++) {
    if j != top { others += exp(at(place, j) - largest); }
  }
  var logSum = log(1.0 + others);
  if others < 1.0 { logSum = log1p(others); }
  //#endif
  var loss = 0.0;
  var right = 0.0;
  var predicted = 0u;
  var best = 0.0;
  for (var j = 0u; j < n; j++) {
    let z = at(place, j);
    let y = data_y[targets + j];
    var a = activateBy(layer.activation, z);
    var term = elementLoss(z, a, y, params.delta);
    //#if SOFTMAX_CROSS_ENTROPY
    a = exp(z - largest) / (1.0 + others);
    term = y * (largest - z + logSum);
    //#endif
    finite = finite && isFinite(a);
    loss += term;
    if j == 0u || a > best {
      best = a;
      predicted = j;
    }
    right += select(0.0, 1.0, (a > 0.5) == (y > 0.5));
    var dz = a - y;
    //#if HUBER
    // clamp turns NaN into an ordinary number; a gradient must not.
    dz = select(dz, clamp(dz, -params.delta, params.delta), isFinite(dz));
    //#endif
    //#if CANCELS
    // With its own loss, the slope of the output cancels: a - y is dz already.
    //#else
    dz *= slopeBy(layer.activation, z);
    //#endif
    workspace[place + j / 4u][j % 4u] = weight * dz;
  }
  let hit = select(0.0, 1.0, predicted == actual);
  // log and max turn NaN into ordinary numbers; a loss must not.
  return vec2f(
    select(notANumber(), params.share * weight * loss, finite),
    select(hit, right / f32(n), params.binary != 0u),
  );
}

// dw = aPrev^T . dz and db = column sums of dz, slice by slice of the batch; the scale comes later.
fn gradients(l: u32, local: u32, step: Step) {
  let layer = layers[l];
  let deep = quadsOf(layer.inputs);
  let across = quadsOf(layer.units);
  let tiles = (deep + QUADS - 1u) / QUADS * across;
  let each = (step.rows + layer.slices - 1u) / layer.slices;
  for (var item = local; item < tiles * layer.slices; item += WORKGROUP) {
    let tile = item % tiles;
    let slice = item / tiles;
    let quad = tile / across * QUADS;
    let column = tile % across;
    let first = min(slice * each, step.rows);
    let count = min(each, step.rows - first);
    var input = layer.a + first * deep + quad;
    var output = layer.z + first * across + column;
    var sum = vec4f();
    //#repeat J QUADS
    var x_J = vec4f();
    var y_J = vec4f();
    var z_J = vec4f();
    var w_J = vec4f();
    //#end
    for (var i = 0u; i < count; i++) {
      let dz = workspace[output];
      sum += dz;
      //#repeat J QUADS
      let a_J = workspace[input + J];
      x_J += a_J.x * dz;
      y_J += a_J.y * dz;
      z_J += a_J.z * dz;
      w_J += a_J.w * dz;
      //#end
      input += deep;
      output += across;
    }
    let place = partialOf(layer, slice) + column;
    //#repeat J QUADS
    if quad + J < deep {
      let dw = place + 4u * (quad + J) * across;
      workspace[dw] = x_J;
      workspace[dw + across] = y_J;
      workspace[dw + 2u * across] = z_J;
      workspace[dw + 3u * across] = w_J;
    }
    //#end
    if quad == 0u { workspace[place + 4u * deep * across] = sum; }
  }
}

// Where a slice of the batch has its gradients of a layer: laid out like the quads of the parameters.
fn partialOf(layer: Layer, slice: u32) -> u32 {
  return params.partial + slice * params.partialCount + layer.quads - layers[0].quads;
}

// da = dz . w^T, and from it dz of the layer before.
fn backward(l: u32, local: u32, step: Step) {
  let layer = layers[l];
  let deep = quadsOf(layer.units);
  let across = quadsOf(layer.inputs);
  let tiles = (step.rows + ROWS - 1u) / ROWS * across;
  for (var tile = local; tile < tiles; tile += WORKGROUP) {
    let row = tile / across * ROWS;
    let column = tile % across;
    let inputs = layer.z + row * deep;
    let outputs = layers[l - 1u].z + row * across + column;
    let place = layer.quads + 4u * column * deep;
    //#repeat I ROWS
    var acc_I = vec4f();
    //#end
    for (var k = 0u; k < deep; k++) {
      let w0 = workspace[place + k];
      let w1 = workspace[place + deep + k];
      let w2 = workspace[place + 2u * deep + k];
      let w3 = workspace[place + 3u * deep + k];
      //#repeat I ROWS
      let dz_I = workspace[inputs + I * deep + k];
      acc_I += vec4f(dot(dz_I, w0), dot(dz_I, w1), dot(dz_I, w2), dot(dz_I, w3));
      //#end
    }
    //#repeat I ROWS
    workspace[outputs + I * across] *= acc_I;
    //#end
  }
}

// Adds up the gradients of the slices, into the first; returns their squares.
fn addSlices(local: u32, step: Step) -> f32 {
  let scale = params.scale / f32(step.rows);
  var squares = 0.0;
  for (var l = 0u; l < params.layers; l++) {
    let layer = layers[l];
    let across = quadsOf(layer.units);
    let rows = 4u * quadsOf(layer.inputs);
    for (var item = local; item < (rows + 1u) * across; item += WORKGROUP) {
      var sum = vec4f();
      for (var slice = 0u; slice < layer.slices; slice++) {
        sum += workspace[partialOf(layer, slice) + item];
      }
      sum *= scale;
      workspace[partialOf(layer, 0u) + item] = sum;
      let row = item / across;
      // What stands behind the weights is no gradient; what stands behind a row is 0.
      if row < layer.inputs || row == rows { squares += dot(sum, sum); }
    }
  }
  return squares;
}

fn update(local: u32, factor: f32, step: Step) {
  for (var l = 0u; l < params.layers; l++) {
    let layer = layers[l];
    let n = layer.units;
    let across = quadsOf(n);
    let rows = 4u * quadsOf(layer.inputs);
    for (var item = local; item < (rows + 1u) * across; item += WORKGROUP) {
      let row = item / across;
      let j = item % across * 4u;
      if row >= layer.inputs && row < rows { continue; }
      let place = select(layer.w + row * n, layer.b, row == rows) + j;
      for (var c = 0u; c < min(4u, n - j); c++) {
        let gradient = workspace[partialOf(layer, 0u) + item][c];
        workspace[layer.quads + item][c] = learn(place + c, factor * gradient, step);
      }
    }
  }
}

// The gradients of the last step, laid out like the parameters: a tensor begins at a multiple of four.
fn leaveGradients(local: u32) {
  for (var l = 0u; l < params.layers; l++) {
    let layer = layers[l];
    let place = partialOf(layer, 0u);
    let across = quadsOf(layer.units);
    for (var i = local; i < quadsOf(layer.inputs * layer.units); i += WORKGROUP) {
      var quad = vec4f();
      for (var c = 0u; c < 4u; c++) {
        let number = 4u * i + c;
        let row = number / layer.units;
        if row < layer.inputs { quad[c] = at(place + row * across, number % layer.units); }
      }
      workspace[(params.gradients + layer.w) / 4u + i] = quad;
    }
    for (var i = local; i < across; i += WORKGROUP) {
      let bias = workspace[place + 4u * quadsOf(layer.inputs) * across + i];
      workspace[(params.gradients + layer.b) / 4u + i] = bias;
    }
  }
}

fn barrier() {
  storageBarrier();
  workgroupBarrier();
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  takeParameters(local);
  if local == 0u {
    let first = u32(workspace[params.clockAt / 4u].x);
    span = vec2u(first, first + schedule[first].steps);
  }
  let steps = workgroupUniformLoad(&span);
  for (var s = steps.x; s < steps.y; s++) {
    let step = schedule[s];
    takeBatch(local, step);
    barrier();
    for (var l = 0u; l < params.layers; l++) {
      forward(l, local, step);
      barrier();
    }
    var lossAndHits = vec2f();
    for (var row = local; row < step.rows; row += WORKGROUP) { lossAndHits += finish(row, step); }
    sums[local] = vec3f(lossAndHits, 0.0);
    barrier();
    if local == 0u {
      let mean = total() / f32(step.rows);
      let place = params.historyAt / 4u + s / 2u;
      workspace[place][2u * s % 4u] = mean.x;
      if params.accuracy != 0u { workspace[place][2u * s % 4u + 1u] = mean.y; }
    }
    for (var i = 1u; i <= params.layers; i++) {
      let l = params.layers - i;
      gradients(l, local, step);
      if l > 0u { backward(l, local, step); }
      barrier();
    }
    let squares = addSlices(local, step);
    var factor = 1.0;
    //#if CLIP
    sums[local] = vec3f(0.0, 0.0, squares);
    barrier();
    let norm = sqrt(total().z);
    // A norm beyond float32 would scale everything to 0 and hide it.
    factor = select(notANumber(), min(1.0, params.limit / (norm + 1e-6)), isFinite(norm));
    //#endif
    update(local, factor, step);
  }
  barrier();
  leaveGradients(local);
  if local == 0u { workspace[params.clockAt / 4u].x = f32(steps.y); }
}
