const BLOCK = 512;

/**
 * One file out of an unpacked tar archive.
 * @throws Error when the archive does not hold it
 */
export function fileInTar(archive: Buffer, path: string): Buffer {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const name = text(archive, at, 100);
    const size = Number.parseInt(text(archive, at + 124, 12), 8) || 0;
    const prefix = text(archive, at + 345, 155);
    const start = at + BLOCK;
    if ((prefix === '' ? name : `${prefix}/${name}`) === path) return archive.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`the archive has no ${path}`);
}

/** A field of a tar header: ends at its first NUL. */
function text(archive: Buffer, at: number, length: number): string {
  const field = archive.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end).trim();
}
