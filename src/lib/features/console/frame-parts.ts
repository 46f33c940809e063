import SignOutDialog from '$lib/shared/status/SignOutDialog.svelte';
import CommandPalette from './CommandPalette.svelte';
import { consolePalette } from './console-palette';
import HelpDialog from './HelpDialog.svelte';
import MoreSheet from './MoreSheet.svelte';
import ReauthenticateDialog from './ReauthenticateDialog.svelte';

/** Parts around every page that open now and then. */
export const parts = {
  CommandPalette,
  HelpDialog,
  MoreSheet,
  ReauthenticateDialog,
  SignOutDialog,
  consolePalette
};
