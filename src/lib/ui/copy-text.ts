import { showToast } from './toast.svelte';

/** Puts a text on the clipboard, and says so. */
export async function copyText(text: string, said: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ message: said });
    return true;
  } catch {
    showToast({ message: 'Your browser blocked copying. Select the text and copy it.' });
    return false;
  }
}
