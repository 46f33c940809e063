import { CAPS } from '$lib/core/quotas/caps';

const LABELS: Record<string, string> = {
  row: 'Row',
  name: 'Name',
  email: 'Email',
  role: 'Role',
  roleId: 'Role',
  ...Object.fromEntries(CAPS.map(({ id, label }) => [id, label]))
};

/** A field as its label says it: "Daily limit". */
export function fieldLabel(field: string): string {
  return LABELS[field] ?? field;
}

/** A value as people read it. */
export function fieldValue(
  field: string,
  value: string | number | boolean | null,
  roleName: (id: string) => string
): string {
  if (field === 'roleId') return roleName(String(value));
  if (value === 'inherit') return 'Platform default';
  if (value === 'unlimited') return 'Unlimited';
  return typeof value === 'number' ? value.toLocaleString() : String(value ?? '');
}
