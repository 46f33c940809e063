import MailPreview from './MailPreview.svelte';
import MailReaders from './MailReaders.svelte';
import MailTest from './MailTest.svelte';
import WebhookSection from './WebhookSection.svelte';

/** Parts of the settings below the fold, under the fields of a section. */
export const sections = { MailPreview, MailReaders, MailTest, WebhookSection };
