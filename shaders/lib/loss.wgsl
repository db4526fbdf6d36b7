// What one output contributes to the loss of its example: binary cross-entropy from the logit, so
// that it is right where the sigmoid saturates; Huber's loss; or the squared error.
//#include numbers

fn elementLoss(z: f32, a: f32, y: f32, delta: f32) -> f32 {
  //#if BINARY_CROSS_ENTROPY
  return max(z, 0.0) - z * y + log1p(exp(-abs(z)));
  //#elif HUBER
  let size = abs(a - y);
  return select(delta * (size - 0.5 * delta), 0.5 * size * size, size <= delta);
  //#else
  return (a - y) * (a - y);
  //#endif
}
