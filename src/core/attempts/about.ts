/** Whether a path is the wanted one, below it, or ends like it. */
export function isBelowPath(path: string, wanted: string): boolean {
  const clean = wanted.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
  if (clean === '' || path === '') return false;
  return (
    path === clean ||
    path.startsWith(`${clean}/`) ||
    path.endsWith(`/${clean}`) ||
    (clean.startsWith('/') && clean.endsWith(`/${path}`))
  );
}
