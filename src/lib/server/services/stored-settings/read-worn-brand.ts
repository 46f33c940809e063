import type { AccountRef } from '../../../core/sign-in/account';
import { brandInForce, NO_BRAND, type WornBrand } from '../../../core/users/own-brand';
import type { Queryable } from '../../db/driver/client';
import { readBrand } from '../../db/tables/users-table';
import { readSection } from './read-section';

/**
 * The brand that somebody's console and mail wear: the installation's, and of a user what is its own before it
 * (TEN-5).
 */
export async function readWornBrand(tx: Queryable, { kind, id }: AccountRef): Promise<WornBrand> {
  const [installation, own] = await Promise.all([
    readSection(tx, 'branding'),
    kind === 'user' ? readBrand(tx, id) : NO_BRAND
  ]);
  return brandInForce(installation, own);
}
