import { pino, type DestinationStream, type Logger } from 'pino';
import { env } from './env.server.ts';
import type { Env } from './read-env.server.ts';

/** Fields that never reach a log line, wherever an object carries them. */
const SECRET_FIELDS = [
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'client_secret',
  'password',
  'pass',
];
const SECRET_FIELDS_AND_PEOPLE = [...SECRET_FIELDS, 'authorization', 'cookie', 'id_token', 'email', 'phone'];
const KEPT_OUT = '[redacted]';

/** Secrets and personal data by their shape, for text that comes from elsewhere (error messages, libraries). */
const SHAPES = [
  /\bshp[a-z]{2,3}_[\w-]+/g,
  /\beyJ[\w-]+\.[\w-]*(\.[\w-]*)?/g,
  /[\w.+'-]+@[\w-]+(\.[\w-]+)+/g,
  /\+\d[\d ()-]{6,18}\d/g,
  /\bpostgres(ql)?:\/\/\S+?(?=["'\s\\]|$)/g,
];

/** Takes every secret of the environment and everything that looks like a token, e-mail or phone out of a line. */
function scrubber(secrets: Env): (line: string) => string {
  const literal = [
    secrets.SHOPIFY_API_SECRET,
    secrets.SHOPIFY_API_SECRET_PREVIOUS,
    ...secrets.TOKEN_KEYS.split(',').map((key) => key.slice(key.indexOf(':') + 1)),
  ].filter((secret) => secret !== undefined);
  return (line) => {
    let clean = line;
    for (const secret of literal) clean = clean.replaceAll(secret, KEPT_OUT);
    for (const shape of SHAPES) clean = clean.replace(shape, KEPT_OUT);
    return clean;
  };
}

/** A logger that writes one JSON line per event to `sink`, scrubbed. */
export function createLogger(sink: DestinationStream, environment: Env): Logger {
  const scrub = scrubber(environment);
  const paths = SECRET_FIELDS_AND_PEOPLE.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino(
    {
      level: environment.LOG_LEVEL,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: KEPT_OUT },
    },
    { write: (line: string) => void sink.write(scrub(line)) },
  );
}

/** The log of this process: JSON lines on standard output. */
export const logger: Logger = createLogger({ write: (line) => void process.stdout.write(line) }, env);

/** A log whose every line names the shop, and the run or job in `extra`. */
export function shopLogger(shopDomain: string, extra: Record<string, string | number> = {}): Logger {
  return logger.child({ shop: shopDomain, ...extra });
}
