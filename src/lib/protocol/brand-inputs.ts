import { z } from 'zod';
import { accentProblem } from '$lib/core/settings/accent';
import { brandNameProblem } from '$lib/core/settings/brand-name';
import { logoProblem } from '$lib/core/settings/logo';
import { isPlainText, tidyText } from '$lib/core/text/names';
import { judged } from './fields';

/** The name that a console wears. */
export const BrandName = z
  .string()
  .max(200, 'The name is too long.')
  .refine(isPlainText, 'The name contains characters that can’t be displayed.')
  .transform(tidyText)
  .pipe(judged(200, brandNameProblem));

/** `#rrggbb`, readable on white. */
export const BrandAccent = judged(7, accentProblem).transform((colour) => colour.toLowerCase());

/** A picture as a `data:` address. */
export const BrandLogo = judged(45_000, logoProblem);
