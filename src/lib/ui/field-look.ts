/** The box of a text field, select or search: hairline at rest, the focus ring inside the edge when used. */
export const fieldBox = [
  'flex min-w-0 items-center gap-2 rounded-control bg-surface px-2.5 inset-ring-1 inset-ring-line-control forced-colors:border',
  'focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus',
  'has-[:disabled]:bg-sunken has-[:disabled]:text-ink-3 has-[:disabled]:inset-ring-line-strong'
].join(' ');

/** Added while the field holds an error. */
export const fieldBoxBad = 'inset-ring-[1.5px]! inset-ring-destroy!';

/** The native control inside the box; 16 px on phones so that the browser does not zoom. */
export const fieldInput =
  'h-full w-full min-w-0 border-0 bg-transparent p-0 text-ink outline-none disabled:cursor-not-allowed disabled:text-ink-3';

export const fieldHeights = { md: 'h-control', lg: 'h-[2.625rem] max-desk:h-12' } as const;
export const fieldText = {
  md: 'text-[length:inherit] max-desk:text-16 coarse:text-16',
  lg: 'text-14 max-desk:text-16 coarse:text-16'
} as const;
