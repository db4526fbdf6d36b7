import resident from '../../../shaders/resident.wgsl?raw';
import residentRows from '../../../shaders/residentRows.wgsl?raw';

/** The texts of the resident plan. */
export const texts = { resident, residentRows };
