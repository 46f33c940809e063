import { expect, test } from 'vitest';
import { indexCatalogue, type Catalogue } from '$lib/core/access/catalogue';
import permissions from '$lib/core/access/catalogue/permissions.json';
import { NewApplication } from './new-application.svelte';

const made = () => new NewApplication(indexCatalogue(permissions as Catalogue), 'ana', 365);

test('[UX-4] a new application half filled when the session ended is filled again', () => {
  const before = made();
  expect(before.draft()).toBeNull();
  before.texts.name = 'Partner portal';
  const draft = structuredClone(before.draft())!;
  const again = made();
  again.restore(draft);
  expect(again.texts).toEqual({ ...before.texts });
  expect(again.draft()).toEqual(draft);
  before.stop();
  again.stop();
});
