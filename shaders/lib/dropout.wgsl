// Whether dropout keeps a number: by its place in the batch, the layer and the key of the step, so that
// the backward pass finds the same mask again without storing it.
//#include mix

fn kept(index: u32, layer: u32, key: u32, threshold: u32) -> bool {
  return mix32(mix32(index + layer * 0x9e3779b9u) ^ key) >= threshold;
}
