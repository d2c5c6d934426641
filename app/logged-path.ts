/** Pages whose address is as good as a password: whoever has it may answer as the customer it names. */
const SECRET = /^\/+(unsubscribe|survey)\/./i;

/** The path of a request as it may be logged: without what only the customer it was sent to may have. */
export function loggedPath(path: string): string {
  const page = SECRET.exec(plain(path))?.[1];
  return page === undefined ? path : `/${page.toLowerCase()}/…`;
}

function plain(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // An address that cannot be read leads to no page.
    return path;
  }
}
