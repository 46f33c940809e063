import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take long though they are short, longest first. Vitest, which does not know a fresh clone's times,
 * begins with large files: one of these at the end would have one processor to itself while the other waits.
 */
const LONG = [
  'simulation/stories',
  'e2e/proof-people',
  'e2e/proof-tenants',
  'e2e/proof-other',
  'e2e/proof-own',
  'e2e/proof-applications',
  'e2e/accessibility',
  'e2e/proof-phone'
];

/** The usual order, with the long files of each project before its others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const projects = [...new Set(usual.map(({ project }) => project))];
    return projects.flatMap((project) =>
      usual.filter((file) => file.project === project).sort((a, b) => rank(a) - rank(b))
    );
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = LONG.findIndex((name) => moduleId.includes(`/tests/${name}`));
  return at < 0 ? LONG.length : at;
}
