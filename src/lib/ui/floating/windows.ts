import DialogWindow from './DialogWindow.svelte';
import MenuWindow from './MenuWindow.svelte';
import PickListBox from './PickListBox.svelte';
import PopoverWindow from './PopoverWindow.svelte';
import SelectWindow from './SelectWindow.svelte';
import SheetWindow from './SheetWindow.svelte';

/** All windows in one file: whoever opens one of them opens another soon. */
export const windows = { DialogWindow, MenuWindow, PickListBox, PopoverWindow, SelectWindow, SheetWindow };
