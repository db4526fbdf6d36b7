// WGSL lets a driver assume that NaN and Infinity do not occur, and drivers do: x != x is false for
// NaN, max(NaN, 0) is 0. Only the bits tell.
fn isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// Written through a variable, because a NaN known to the compiler is an error.
fn notANumber() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}

// log(1 + x) for x in [0, 1]; the built-in log has no correct digit near 1. The series of
// 2 atanh(s), s = x / (2 + x) <= 1/3, to s^15: what is left out is below 2e-9 of the result.
fn log1p(x: f32) -> f32 {
  let s = x / (2.0 + x);
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0
    + q * (1.0 / 11.0 + q * (1.0 / 13.0 + q / 15.0)))))));
}
