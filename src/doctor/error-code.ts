/** The code of a system error (`ENOTFOUND`, `EACCES`), or its text. Its class says nothing: it may be another realm's. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
