// A dispatch may have 65,535 workgroups in each direction: longer ones are folded into rows (x) and
// columns (y), and this is the way back to the one number that kernels think in.
fn flat(workgroup: vec3u, workgroups: vec3u) -> u32 {
  return workgroup.y * workgroups.x + workgroup.x;
}
