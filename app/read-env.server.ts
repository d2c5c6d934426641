import { z } from 'zod';

const base64Key = /^[A-Za-z0-9_-]+:[A-Za-z0-9+/]{43}=$/;
/** Values that only the demo sets; production refuses to start while one of them is present. */
const DEMO_SWITCHES = ['AS_OF_DAY', 'APP_BRIDGE_URL', 'FAKE_SHOPIFY_URL'] as const;

const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must be a postgresql:// address'),
  SHOPIFY_API_KEY: z.string().min(1, 'is the client id of the app'),
  SHOPIFY_API_SECRET: z.string().min(16, 'is the client secret of the app, at least 16 characters'),
  SHOPIFY_API_SECRET_PREVIOUS: z.string().min(16, 'must have at least 16 characters').optional(),
  SHOPIFY_APP_URL: z.url({ protocol: /^https?$/, error: 'must be the address of this app' }),
  TOKEN_KEYS: z.string().refine((keys) => keys.split(',').every((key) => base64Key.test(key)), {
    error: 'must be "id:key[,id:key]", each key 32 bytes in base64; the first one seals, all of them open',
  }),
  LISTEN_ADDRESS: z.string().min(1, 'must be an address of this machine').optional(),
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  AS_OF_DAY: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be YYYY-MM-DD')
    .optional(),
  APP_BRIDGE_URL: z.url('must be an address').optional(),
});

export type Env = z.infer<typeof schema>;

/**
 * The checked environment.
 * @throws Error naming every missing or malformed value, and every demo switch set in production
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const parsed = schema.safeParse(source);
  const problems = parsed.success ? [] : parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  if ((source.NODE_ENV ?? 'production') === 'production') {
    for (const name of DEMO_SWITCHES) {
      if (source[name] !== undefined) problems.push(`${name}: is for the demo only, unset it in production`);
    }
    if (source.SHOPIFY_APP_URL?.startsWith('http://'))
      problems.push('SHOPIFY_APP_URL: must be https in production');
  }
  if (problems.length > 0 || !parsed.success) {
    throw new Error(`The environment is not right:\n  ${problems.join('\n  ')}`);
  }
  return parsed.data;
}
