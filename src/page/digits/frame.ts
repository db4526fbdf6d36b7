/** How the drawings of a set lie in their images. Lengths are shares of the side of an image. */
export interface Frame {
  /** The box that the ink fills. */
  readonly width: number;
  readonly height: number;
  /** Whether what is too wide is squeezed, as a form reader does, and not made smaller as a whole. */
  readonly squeezes: boolean;
  /** What lies in the middle of the image: 0 the box of the ink, 1 its centre of mass. */
  readonly mass: number;
  /** How far the middle of the set's own drawings strays; what lies as they do is left as it is. */
  readonly stray: number;
  /** How thick a stroke is. */
  readonly stroke: number;
}

/** UCI's optical digits (NIST's, normalised to 32 x 32 bits, then averaged to 8 x 8): as high as the image. */
export const OPTICAL: Frame = {
  width: 13 / 16,
  height: 1,
  squeezes: true,
  mass: 0.5,
  stray: 0.15,
  stroke: 0.16,
};

/** MNIST: the longer side takes 20 of 28 pixels, and the centre of mass lies in the middle. */
export const MNIST: Frame = {
  width: 20 / 28,
  height: 20 / 28,
  squeezes: false,
  mass: 1,
  stray: 1 / 28,
  stroke: 0.1,
};

/** The frame of the sets that have images of this side. */
export function frameFor(side: number): Frame {
  return side === 8 ? OPTICAL : MNIST;
}
