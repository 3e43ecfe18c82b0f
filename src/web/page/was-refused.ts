/** Whether the door sent the page to somebody whom it has not let in: each further question would be refused as well. */
export function wasRefused(): boolean {
  const [opened] = performance.getEntriesByType('navigation');
  return opened instanceof PerformanceNavigationTiming && opened.responseStatus === 403;
}
