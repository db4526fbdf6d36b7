// a = g(z) and its slope for a network whose layers differ: g by number, the place of its flag in the list
// of activation.wgsl from 1 on, 0 the identity. A flag says that some layer has this activation; the others
// leave no code.
//#include activation

fn activateBy(g: u32, z: f32) -> f32 {
  switch g {
    //#if SIGMOID
    case 1u: { return sigmoid(z); }
    //#endif
    //#if TANH
    case 2u: { return tanhStable(z); }
    //#endif
    //#if RELU
    case 3u: { return select(0.0, z, z > 0.0 || !isFinite(z)); }
    //#endif
    //#if LEAKY_RELU
    case 4u: { return select(LEAK * z, z, z > 0.0); }
    //#endif
    //#if GELU
    case 5u: { return z * phi(z); }
    //#endif
    //#if SILU
    case 6u: { return z * sigmoid(z); }
    //#endif
    //#if ELU
    case 7u: { return select(expLess1(z), z, z > 0.0); }
    //#endif
    //#if SOFTPLUS
    case 8u: { return softplus(z); }
    //#endif
    default: { return z; }
  }
}

fn slopeBy(g: u32, z: f32) -> f32 {
  switch g {
    //#if SIGMOID
    case 1u: { return sigmoidSlope(z); }
    //#endif
    //#if TANH
    case 2u: { return tanhSlope(z); }
    //#endif
    //#if RELU
    case 3u: { return select(0.0, 1.0, z > 0.0); }
    //#endif
    //#if LEAKY_RELU
    case 4u: { return select(LEAK, 1.0, z > 0.0); }
    //#endif
    //#if GELU
    case 5u: { return geluSlope(z); }
    //#endif
    //#if SILU
    case 6u: { return siluSlope(z); }
    //#endif
    //#if ELU
    case 7u: { return select(exp(z), 1.0, z > 0.0); }
    //#endif
    //#if SOFTPLUS
    case 8u: { return sigmoid(z); }
    //#endif
    default: { return 1.0; }
  }
}
