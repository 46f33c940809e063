/** The lines of `main.cf` that make Postfix ask, and say what it does when there is no answer (docs/caps.md). */
export function postfixLines(unreachable: 'closed' | 'open'): string {
  // Postfix reads a value with spaces in braces of its own alone; else it doesn't start.
  const otherwise =
    unreachable === 'open' ? 'default_action=DUNNO' : '{ default_action=451 4.3.0 Caps cannot be checked }';
  const ask = `    check_policy_service { inet:127.0.0.1:10040, timeout=20s, policy_context=mx1, ${otherwise} }`;
  return [
    'smtpd_recipient_restrictions = …, reject_unauth_destination,',
    ask,
    'smtpd_end_of_data_restrictions =',
    ask
  ].join('\n');
}
