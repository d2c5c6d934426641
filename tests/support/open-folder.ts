import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a temporary folder that the database's account can enter. In a private one root's database would be put
 * beside it, on another disk perhaps, and stay there when the folder is removed.
 */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rekindle-'));
  await chmod(folder, 0o755);
  return folder;
}
