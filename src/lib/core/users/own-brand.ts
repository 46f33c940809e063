import type { SeenVersions } from '../access/seen';
import type { judgeFields } from '../editing/judge-fields';
import type { Settings } from '../settings/settings';

/** Branding of a console: its name, its accent and its logo (SET-1). */
export type Brand = Settings['branding'];

/** Brand that a user has of its own (TEN-5). Null: as the installation. */
export type OwnBrand = { [P in keyof Brand]: Brand[P] | null };

/** A brand as a console wears it; `own`: the name or the logo is the user's own. A colour alone is nobody's. */
export type WornBrand = Brand & { own: boolean };

export const NO_BRAND: OwnBrand = { name: null, accent: null, logo: null };

/** The fields of a user that its brand is edited by, and the part of the brand that each is. */
export const BRAND_FIELDS = { brandName: 'name', brandAccent: 'accent', brandLogo: 'logo' } as const;
export type BrandField = keyof typeof BRAND_FIELDS;
export const BRAND_FIELD_NAMES = ['brandName', 'brandAccent', 'brandLogo'] as const satisfies BrandField[];

/** Edit of a brand: what it leaves out stays. */
export type BrandEdit = { [F in BrandField]?: string | null | undefined };

/** The brand that a user's console wears: each part its own, else the installation's. */
export function brandInForce(installation: Brand, own: OwnBrand): WornBrand {
  return {
    name: own.name ?? installation.name,
    accent: own.accent ?? installation.accent,
    logo: own.logo ?? installation.logo,
    own: own.name !== null || own.logo !== null
  };
}

/** The parts of a brand that an edit changes. */
export function judgeBrand(
  judge: ReturnType<typeof judgeFields>,
  theirs: OwnBrand,
  edit: SeenVersions & BrandEdit
): Partial<OwnBrand> {
  const landed: Partial<OwnBrand> = {};
  for (const field of BRAND_FIELD_NAMES) {
    const [part, yours] = [BRAND_FIELDS[field], edit[field]];
    if (yours !== undefined && judge(field, { yours, theirs: theirs[part] })) landed[part] = yours;
  }
  return landed;
}
