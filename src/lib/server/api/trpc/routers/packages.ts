import { PackageGet, PackageHistory, PackagePreview } from '../../../../protocol/package-inputs';
import type * as answers from '../../../services/packages/package-answers';
import { command, procedure, router, soon } from '../init';

const VIEW = { permission: 'tenants.packages.view' } as const;

export const packages = router({
  list: procedure(VIEW).query(soon<answers.PackageView[]>),
  get: procedure(VIEW)
    .input(PackageGet)
    .query(soon<answers.PackageView>),
  history: procedure(VIEW)
    .input(PackageHistory)
    .query(soon<answers.PackageHistoryPage>),
  preview: procedure(VIEW)
    .input(PackagePreview)
    .query(soon<answers.PackagePreview>),
  create: command('packages.create').mutation(soon<answers.PackageCreateAnswer>),
  update: command('packages.update').mutation(soon<answers.PackageUpdateAnswer>),
  delete: command('packages.delete').mutation(soon<answers.PackageDeleteAnswer>)
});
