import { defineConfig } from 'prisma/config';
import { migrationAdapter } from './prisma/migration-adapter.ts';

// The schema names DATABASE_URL, and the tool wants an address even where it needs no database.
const url = (process.env.DATABASE_URL ??= 'postgresql://postgres@127.0.0.1:5432/postgres');

/** Lets Prisma's own tool run without a downloaded engine, over the driver that the app uses. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  experimental: { adapter: true },
  engine: 'js',
  adapter: async () => migrationAdapter(url, process.env.SHADOW_DATABASE_URL),
});
