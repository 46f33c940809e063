/** Section of the console that a path is in, as others read it under *Online*: "Roles/Support". */
export function sectionOf(path: string, roleName: (id: string) => string | null): string {
  const [, area = '', page = ''] = path.split('/');
  if (area === 'administrators') return 'Administrators';
  if (area === 'roles') {
    const name = page ? roleName(page) : null;
    return name === null ? 'Roles' : `Roles/${name}`;
  }
  if (area === 'applications') return 'Applications';
  if (area === 'sending') return 'Sending';
  if (area === 'users') return 'Users';
  if (area === 'packages') return 'Packages';
  if (area === 'access') return 'Access';
  if (area === 'logs') return page === 'activity' ? 'Activity logs' : 'Authentication logs';
  if (area === 'settings') return 'Settings';
  if (area === 'account') return 'Account';
  return 'Home';
}

/** "Roles/Support" as it is shown: "Roles › Support". Only the first slash parts; a role's name may hold others. */
export function sectionWords(at: string): string {
  return at.replace('/', ' › ');
}
