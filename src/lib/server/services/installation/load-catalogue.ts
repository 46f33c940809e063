import { readFileSync } from 'node:fs';
import { z } from 'zod';
import shipped from '../../../core/access/catalogue/permissions.json';
import { indexCatalogue, type Catalogue, type CatalogueIndex } from '../../../core/access/catalogue';

const id = z
  .string()
  .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/)
  .max(120);
const label = z.string().min(1).max(200);
const description = z.string().min(1).max(500).optional();

const CatalogueSchema = z.object({
  version: z.number().int().min(1),
  areas: z.array(
    z.object({
      id,
      label,
      groups: z.array(
        z.object({
          id,
          label,
          description,
          forUsers: z.union([z.literal(true), z.array(z.string().max(120)).max(200)]).optional(),
          actions: z.array(
            z.object({
              id,
              label,
              description,
              kind: z.enum(['read', 'write', 'destructive']),
              sensitive: z.boolean().optional(),
              ownerOnly: z.boolean().optional(),
              needs: z.array(id).max(20).optional(),
              synonyms: z.array(z.string().min(1).max(40)).max(40).optional(),
              since: z.number().int().min(1).optional(),
              risk: z.string().min(1).max(200).optional()
            })
          )
        })
      )
    })
  ),
  roles: z.array(
    z.object({
      id,
      label,
      description: z.string(),
      locked: z.boolean().optional(),
      permissions: z.union([z.literal('*'), z.array(id)])
    })
  )
});

/** A catalogue that cannot be used, as one clear line. */
export class CatalogueError extends Error {
  override name = 'CatalogueError';
}

/**
 * The catalogue that ships, or the one in a file.
 * @throws CatalogueError saying what is wrong with the file, in one line.
 */
export function loadCatalogue(file: string | undefined): CatalogueIndex {
  if (file === undefined) return indexCatalogue(shipped as Catalogue);
  try {
    return indexCatalogue(CatalogueSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const message = issue ? `${issue.path.join('.')}: ${issue.message}` : String((error as Error).message);
    throw new CatalogueError(`CATALOGUE_FILE: ${message}`);
  }
}
