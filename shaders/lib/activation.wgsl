// a = g(z) and its slope g'(z), right over all of float32. The built-in tanh is NaN beyond 88 on some
// adapters and has no correct digit near 0, so it is not used. What is not finite passes through
// ReLU as it is: a diverged network must show in its loss, not be washed to 0.
//#include numbers

const LEAK = 0.01;

fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, 1.0, z >= 0.0) / (1.0 + e);
}

// a (1 - a) without the subtraction, which would leave no digit where the sigmoid saturates.
fn sigmoidSlope(z: f32) -> f32 {
  let e = exp(-abs(z));
  return e / ((1.0 + e) * (1.0 + e));
}

// (1 - e) / (1 + e) of e = exp(-2 |z|); below 1/4, where 1 - e cancels, the series to z^9.
fn tanhStable(z: f32) -> f32 {
  let size = abs(z);
  if size < 0.25 {
    let q = z * z;
    return z * (1.0 - q * (1.0 / 3.0 - q * (2.0 / 15.0 - q * (17.0 / 315.0 - q * (62.0 / 2835.0)))));
  }
  let e = exp(-2.0 * size);
  return sign(z) * (1.0 - e) / (1.0 + e);
}

// 1 - a^2 without the subtraction.
fn tanhSlope(z: f32) -> f32 {
  let e = exp(-2.0 * abs(z));
  return 4.0 * e / ((1.0 + e) * (1.0 + e));
}

fn activate(z: f32) -> f32 {
  //#if SIGMOID
  return sigmoid(z);
  //#elif TANH
  return tanhStable(z);
  //#elif RELU
  return select(0.0, z, z > 0.0 || !isFinite(z));
  //#elif LEAKY_RELU
  return select(LEAK * z, z, z > 0.0);
  //#else
  return z;
  //#endif
}

fn slope(z: f32) -> f32 {
  //#if SIGMOID
  return sigmoidSlope(z);
  //#elif TANH
  return tanhSlope(z);
  //#elif RELU
  return select(0.0, 1.0, z > 0.0);
  //#elif LEAKY_RELU
  return select(LEAK, 1.0, z > 0.0);
  //#else
  return 1.0;
  //#endif
}
