import { PackageGet, PackageHistory, PackagePreview } from '../../../../protocol/package-inputs';
import { createPackage } from '../../../services/packages/create-package';
import { deletePackage } from '../../../services/packages/delete-package';
import { packageHistory } from '../../../services/packages/package-history';
import { previewPackage } from '../../../services/packages/preview-package';
import { getPackage, listPackages } from '../../../services/packages/read-packages';
import { updatePackage } from '../../../services/packages/update-package';
import { command, procedure, router, through, unwrap } from '../init';

const VIEW = { permission: 'tenants.packages.view' } as const;

export const packages = router({
  list: procedure(VIEW).query(async ({ ctx }) => unwrap(await listPackages(ctx.deps, ctx.caller))),
  get: procedure(VIEW)
    .input(PackageGet)
    .query(async ({ ctx, input }) => unwrap(await getPackage(ctx.deps, ctx.caller, input.id))),
  history: procedure(VIEW)
    .input(PackageHistory)
    .query(async ({ ctx, input }) => unwrap(await packageHistory(ctx.deps, ctx.caller, input))),
  preview: procedure(VIEW)
    .input(PackagePreview)
    .query(async ({ ctx, input }) => unwrap(await previewPackage(ctx.deps, ctx.caller, input))),
  create: command('packages.create').mutation(through(createPackage)),
  update: command('packages.update').mutation(through(updatePackage)),
  delete: command('packages.delete').mutation(through(deletePackage))
});
