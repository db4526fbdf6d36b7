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

// e^z - 1 for z <= 0, with every digit near 0 too: 2 t / (1 - t) of t = tanh(z / 2).
fn expLess1(z: f32) -> f32 {
  let t = tanhStable(0.5 * z);
  return 2.0 * t / (1.0 - t);
}

fn softplus(z: f32) -> f32 {
  return max(z, 0.0) + log1p(exp(-abs(z)));
}

// The normal distribution's Phi(z) = erfc(-z / sqrt 2) / 2, by the Chebyshev fit of erfc whose relative
// error is below 1.2e-7 everywhere (Press et al., Numerical Recipes, section 6.2).
fn phi(z: f32) -> f32 {
  let x = abs(z) * 0.70710678;
  let t = 1.0 / (1.0 + 0.5 * x);
  let p = t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807
    + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let tail = 0.5 * t * exp(-x * x - 1.26551223 + p);
  return select(tail, 1.0 - tail, z >= 0.0);
}

fn geluSlope(z: f32) -> f32 {
  return phi(z) + z * 0.39894228 * exp(-0.5 * z * z);
}

// s (1 + z (1 - s)) of s = sigmoid(z), with 1 - s = sigmoid(-z).
fn siluSlope(z: f32) -> f32 {
  return sigmoid(z) * (1.0 + z * sigmoid(-z));
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
  //#elif GELU
  return z * phi(z);
  //#elif SILU
  return z * sigmoid(z);
  //#elif ELU
  return select(expLess1(z), z, z > 0.0);
  //#elif SOFTPLUS
  return softplus(z);
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
  //#elif GELU
  return geluSlope(z);
  //#elif SILU
  return siluSlope(z);
  //#elif ELU
  return select(exp(z), 1.0, z > 0.0);
  //#elif SOFTPLUS
  return sigmoid(z);
  //#else
  return 1.0;
  //#endif
}
