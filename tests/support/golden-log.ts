/** A log of three entries that any implementation of the format must reproduce to the byte (docs/log-format.md). */
export const GOLDEN_LOG = {
  origin: 'example.invalid/admin-console/audit',
  /** Ed25519. */
  seed: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  bodies: [
    '{"action":"auth.login","actor":{"aal":2,"id":"adm_1","type":"admin"},"at":"2026-11-22T05:00:01.000000Z","change":[],"id":"0190c0de-0000-7000-8000-000000000001","outcome":"success","req":"r1","target":{"id":"t1","type":"session"},"v":1}',
    '{"action":"admin.quota.set","actor":{"aal":2,"id":"adm_1","type":"admin"},"at":"2026-11-22T05:00:02.000000Z","change":[{"new":5000,"old":null,"path":"daily"}],"id":"0190c0de-0000-7000-8000-000000000002","outcome":"success","req":"r2","target":{"id":"t2","type":"admin"},"v":1}',
    '{"action":"role.permission.revoke","actor":{"aal":2,"id":"adm_1","type":"admin"},"at":"2026-11-22T05:00:03.000000Z","change":[],"id":"0190c0de-0000-7000-8000-000000000003","outcome":"success","req":"r3","target":{"id":"t3","type":"role"},"v":1}'
  ],
  leaves: [
    '659ec363a5e9c9986aad4eac96f209fde33baae507afa1af74c3d054a6f0f97a',
    'bfa23b5bac0362c42b247e1b7a438b80b6cd7699a79f95df4e55c24b2b9f6a12',
    'db4479596f2fa29122ce8499d45adb5cd765cb81e06e616e3f5636ddadde80e0'
  ],
  /** The chain from C_0 on. */
  chain: [
    'd30123ad08bcfa61381c429076f9831571cfcc7e1f21a8fc565172f82018399f',
    '55f97d49968ddf05294e98cc7c0d659ee3e1ceada7a99a58f478b6a435e966f3',
    '137873f748f0e9664e80b63309beb3199856ca51a6e450a251f6416039d4db37',
    '01d485855a01ada33eabb0be8a208127e90ae6e9a10a1a09b0d2944c830ddba0'
  ],
  root: 'eddd7ad7c266644917f7d146b7e70925409e2d9a4c2b9bbc94feb647b9d69ba4',
  vkey: 'example.invalid/admin-console/audit+533143bc+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4',
  note: 'example.invalid/admin-console/audit\n3\n7d1618JmZEkX99FGt+cJJUCeLZpMK5u8lP62R7nWm6Q=\n\n— example.invalid/admin-console/audit UzFDvIABtIzMHQiguBIY8U1rMCy7xieVQjlwcVBihcu5r6gpne2R5UpC+ToiO2+1zYIl/GSdtf40Xz9R2XcQy5q4Dws=\n'
};
