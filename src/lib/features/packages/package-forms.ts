import { api } from '$lib/client/api/api';
import type { Session } from '$lib/client/session/session.svelte';
import { personRefusalText } from '$lib/core/wording/refusals';
import type { PackageEntry } from '$lib/shared/indexes/tenants.svelte';
import { NewRecord } from '$lib/shared/record-form/new-record.svelte';
import { RecordEdits } from '$lib/shared/record-form/record-edits.svelte';
import {
  PACKAGE_FIELDS,
  packageFieldOf,
  packageInputWords,
  packageProblem,
  settingsIn,
  valueIn,
  type PackageField
} from './package-fields';

export type PackageEdits = RecordEdits<PackageEntry, PackageField>;
export type NewPackageForm = ReturnType<typeof newPackage>;

/** The edits of one package. They outlive the panel, which moves when the window gets another width. */
export function editsOfPackage(session: Session, id: string): PackageEdits {
  return new RecordEdits<PackageEntry, PackageField>({
    subject: `package:${id}`,
    specs: PACKAGE_FIELDS,
    read: valueIn,
    judge: (values, key) => packageProblem(values, key, session.me),
    words: packageInputWords,
    outbox: session.outbox
  });
}

/** The form for a new package. */
export function newPackage(session: Session) {
  return new NewRecord({
    specs: PACKAGE_FIELDS,
    judge: (values, key: PackageField) => packageProblem(values, key, session.me),
    fieldOf: (refusal) => packageFieldOf(refusal, session.me),
    words: (refusal) => personRefusalText(refusal, session.catalogue),
    inputOf: (values) => {
      const { caps, counts, switches } = settingsIn(values)!;
      const maySwitch = session.can('tenants.packages.force_authentication');
      const fields = { caps, counts, ...(maySwitch ? { switches } : {}) };
      return { name: String(values.value('name')), roleId: String(values.value('roleId')), ...fields };
    },
    create: (op, input) => api.packages.create.mutate({ op, ...input })
  });
}
