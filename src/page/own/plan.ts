import type { Dataset } from '../../data/dataset.ts';
import { type Preprocessing, fitPreprocessing, hasMissing } from '../../data/preprocess.ts';
import type { Made } from './use.ts';

/** How many features the standardisation is shown of. */
const SHOWN = 100;

/** The mean and the deviation of a feature in the training rows. */
export interface Scale {
  readonly name: string;
  readonly mean: number;
  readonly std: number;
}

/** What will be trained on; crosses to the page. */
export interface Plan extends Pick<Made, 'dropped' | 'imputed' | 'oneHot' | 'lost'> {
  readonly rows: { readonly train: number; readonly test: number };
  readonly features: number;
  /** Undefined for a regression. */
  readonly classes: readonly string[] | undefined;
  /** Of the first features. */
  readonly scales: readonly Scale[];
  /** Of the label of a regression. */
  readonly target: Scale | undefined;
}

/**
 * What a data set will be trained on: the split that its share makes, and the standardisation that its
 * training rows make, with seed 1 and no validation rows.
 * @throws DataError for a split that leaves a part empty, and for a column without any training value
 */
export function planOf(made: Made, split: { testShare: number; testRows?: ArrayLike<number> }): Plan {
  const { data, dropped, imputed, oneHot, lost } = made;
  const { train, test } = parts(data, split);
  const preprocessing = fitPreprocessing(train, {
    impute: hasMissing(data.x),
    standardize: true,
    standardizeTargets: true,
  });
  return {
    dropped,
    imputed,
    oneHot,
    lost,
    rows: { train: train.rows, test },
    features: data.features.length,
    classes: data.classes,
    scales: scalesOf(data, preprocessing),
    target: targetOf(data, preprocessing),
  };
}

function parts(
  data: Dataset,
  { testShare, testRows }: { testShare: number; testRows?: ArrayLike<number> },
): { train: Dataset; test: number } {
  if (!testRows && !testShare) return { train: data, test: 0 };
  const { train, test } = testRows ? data.splitAt(testRows) : data.split(1 - testShare);
  return { train, test: test.rows };
}

function scalesOf({ features }: Dataset, { standardization }: Preprocessing): Scale[] {
  const { mean, std } = standardization!;
  return features.slice(0, SHOWN).map((name, i) => ({ name, mean: mean[i], std: std[i] }));
}

function targetOf({ targets }: Dataset, { targetStandardization }: Preprocessing): Scale | undefined {
  if (!targetStandardization) return undefined;
  const { mean, std } = targetStandardization;
  return { name: targets[0], mean: mean[0], std: std[0] };
}
