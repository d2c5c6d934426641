import { readEnv, type Env } from './read-env.server.ts';

/** The environment of this process; reading this module refuses to boot on a missing or malformed value. */
// oxlint-disable-next-line node/no-process-env -- the one reader of process.env
export const env: Env = readEnv(process.env);
