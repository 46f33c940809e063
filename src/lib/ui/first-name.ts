/** What a colleague is called in a narrow column. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}
