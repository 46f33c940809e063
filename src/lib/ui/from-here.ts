/**
 * Navigation that follows an answer: whoever went elsewhere in the meantime stays there.
 * @param go is called while the address has the path that it has now
 */
export function fromHere<Given extends unknown[]>(go: (...given: Given) => void): (...given: Given) => void {
  const { pathname } = location;
  return (...given) => {
    if (location.pathname === pathname) go(...given);
  };
}
