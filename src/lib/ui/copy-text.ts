import { showToast } from './toast.svelte';

/** Puts a text on the clipboard, and says so. */
export async function copyText(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ message: said });
  } catch {
    showToast({ message: 'Your browser blocked copying. Select the text and copy it.' });
  }
}
