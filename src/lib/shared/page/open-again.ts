/**
 * Opens this page once more, from its files on. One that was loaded anew already stays: what does not come the second
 * time either is told, and nothing goes in circles.
 */
export function openAgain(): void {
  const [opening] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (opening?.type !== 'reload') location.reload();
}
