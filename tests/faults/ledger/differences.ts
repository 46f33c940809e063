import type { Book } from './book';
import { WINDOWS } from './counted-account';
import type { StoryGround } from './ground';

/** Differences between the ledger's accounts, tidied at this moment, and the list. */
export async function differences(
  ground: StoryGround,
  book: Book,
  accounts: readonly string[],
  clock: number
): Promise<string[]> {
  const rows = await ground.sql<{ account: string; used: number[]; held: number[] }[]>`
    select account, array[(select sum(u) from unnest(hour_used) u), day_used, month_used]::int[] as used,
      array[(select sum(u) from unnest(hour_held) u), day_held, month_held]::int[] as held
    from (select (ledger_turned(a, a.zone, ledger_now())).* from ledger_accounts a
      where account = any(${[...accounts]})) turned`;
  const found: string[] = [];
  for (const { account, used, held } of rows) {
    const list = book.accounts.get(account);
    list?.turn(clock);
    for (const [at, window] of WINDOWS.entries()) {
      const charged = list?.sum(window, 'whole minutes', ({ expires }) => expires === null) ?? 0;
      const reserved = list?.sum(window, 'whole minutes', ({ expires }) => expires !== null) ?? 0;
      const agrees = list?.atLeast ? used[at]! >= charged : used[at] === charged && held[at] === reserved;
      if (!agrees)
        found.push(
          `${account} has ${used[at]} and holds ${held[at]} in its ${window} window, the list ${charged} and ${reserved}`
        );
    }
  }
  const left = rows.flatMap(({ held }) => held).filter((units) => units !== 0);
  if (book.holdsNothing && left.length > 0) found.push(`${left.join()} held after everything ended`);
  return found;
}
