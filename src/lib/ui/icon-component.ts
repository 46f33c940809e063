import type Plus from '@lucide/svelte/icons/plus';

/** Any lucide icon, imported one by one: `import Plus from '@lucide/svelte/icons/plus'`. */
export type IconComponent = typeof Plus;
