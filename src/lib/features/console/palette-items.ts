import type { IconComponent } from '$lib/ui/icon-component';

export type PaletteItem = {
  /** Unique in the whole palette. */
  id: string;
  label: string;
  /** Text at the end of the row: "6 members". */
  hint?: string;
  icon?: IconComponent;
  /** Kind of a permission, whose shape stands in place of an icon. */
  kind?: 'read' | 'write' | 'destructive';
  /** Other words that find it. */
  keywords?: readonly string[];
  /** Runs after the palette has closed. */
  run: () => void;
};

/** Only what the person may do belongs in a palette. */
export type PaletteGroup = { heading: string; items: readonly PaletteItem[] };
