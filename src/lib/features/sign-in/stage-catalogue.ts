import type { StageArea } from '$lib/ui/stage-bars';

// The shipped catalogue boiled down (`stageAreas`): the sign-in page must not send a hundred kilobytes for an ornament.
// A test compares the two.
const GROUPS: Readonly<Record<string, string>> = {
  Audience: 'rwwwwwwRdd rwwwRwwddDR rwwd rwwwRwwd rwwRd rwwRd rwwRd rwwdDw rwwd',
  Campaigns: 'rwwwWwwwd rwwWwd rwwWwd rwwWd rwwWwd rRWwwD rwwwwd rwwd wwww',
  Sending: 'rWwwWWRD rwwwWwwD rwwwRd rwwd rwwwdwW rRWWD rwwwRWd rwwwd rwd rwwwd',
  Statistics: 'rrrrrrrRR rrrrrrrRR rrrrrrrRR rrrrrrrRR rrrrrrrRR rwwd rwd',
  'Tools and logs': 'rwR rRD RrRWrD RrRD rWD RRrR',
  'People and roles': 'rWwWWWwWDDW WWWWR rWwWWWrWD rWww wrWwWW rWW rWWWWDW rWD wwwww',
  'Send quotas': 'rrrWWWW rWWWW rWWw',
  'Users and packages': 'rWwWwWDDWWW rwWd rWWwWD rWwwWWWWD',
  Billing: 'rrw rWWD',
  Settings: 'rW rwWwWW rWWWWWW rWWWW rWwW rwwd rww'
};

/** The stage of the doors: every action of the shipped catalogue as a letter. */
export const STAGE_AREAS: readonly StageArea[] = Object.entries(GROUPS).map(([label, groups]) => ({
  label,
  groups: groups.split(' ')
}));
