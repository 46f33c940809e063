/**
 * What leads on from a page when an answer comes: whoever went elsewhere meanwhile stays there.
 * @param go is called while the address has the path that it has now
 */
export function fromHere<Given extends unknown[]>(go: (...given: Given) => void): (...given: Given) => void {
  const { pathname } = location;
  return (...given) => {
    if (location.pathname === pathname) go(...given);
  };
}
