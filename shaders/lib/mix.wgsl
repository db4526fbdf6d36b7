// A bijection of the 32-bit integers whose output looks random: the same integers as mix() in
// src/random.ts.
fn mix32(value: u32) -> u32 {
  var x = (value ^ (value >> 16u)) * 0x21f0aaadu;
  x = (x ^ (x >> 15u)) * 0x735a2d97u;
  return x ^ (x >> 15u);
}
