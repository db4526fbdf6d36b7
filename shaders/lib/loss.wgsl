// What one output contributes to the loss of its example: binary cross-entropy from the logit, so
// that it is right where the sigmoid saturates, or the squared error.
//#include numbers

fn elementLoss(z: f32, a: f32, y: f32) -> f32 {
  //#if BINARY_CROSS_ENTROPY
  return max(z, 0.0) - z * y + log1p(exp(-abs(z)));
  //#else
  return (a - y) * (a - y);
  //#endif
}
