import type { IconComponent } from './icon-component';

export type MenuItem = {
  label: string;
  icon?: IconComponent;
  /** Text at the end of the row: a shortcut, a count. */
  hint?: string;
  /** A link instead of an action. */
  href?: string;
  onselect?: () => void;
  danger?: boolean;
  disabled?: boolean;
};

/** A group parted from its neighbours by a hairline: actions, one choice out of several, or any number of them. */
export type MenuGroup =
  | { heading?: string; items: readonly MenuItem[] }
  | {
      heading: string;
      value: string;
      options: readonly { value: string; label: string; icon?: IconComponent }[];
      onchange: (value: string) => void;
    }
  | {
      heading: string;
      options: readonly { value: string; label: string }[];
      isOn: (value: string) => boolean;
      ontoggle: (value: string) => void;
    };
