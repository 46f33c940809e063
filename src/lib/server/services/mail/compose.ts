import type { MailText } from './template-words';

/** Plain text and simple HTML of a mail, both complete. */
export function compose(
  text: MailText,
  given: { name: string; brand: string }
): { text: string; html: string } {
  const hello = given.name === '' ? 'Hello,' : `Hello ${given.name},`;
  const { paragraphs, action } = text;
  return {
    text: [
      hello,
      ...paragraphs,
      ...(action ? [`${action.label}: ${action.href}`] : []),
      `-- \n${given.brand}`
    ].join('\n\n'),
    html: [
      '<!doctype html><html lang="en"><body style="font-family:system-ui,sans-serif;font-size:15px;line-height:1.5;color:#141816">',
      ...[hello, ...paragraphs].map((paragraph) => `<p>${escaped(paragraph)}</p>`),
      ...(action
        ? [
            `<p><a href="${escaped(action.href)}" style="display:inline-block;padding:9px 16px;border-radius:7px;background:#0b6a56;color:#ffffff;text-decoration:none">${escaped(action.label)}</a></p>`,
            `<p style="color:#626b65;font-size:13px">${escaped(action.href)}</p>`
          ]
        : []),
      `<p style="color:#626b65;font-size:13px">${escaped(given.brand)}</p></body></html>`
    ].join('\n')
  };
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}
