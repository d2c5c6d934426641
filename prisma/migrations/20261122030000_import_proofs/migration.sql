-- What an import needs to prove that the stored history is the shop's: how many lines of each file could not be
-- read and why, which ids a repeated import has seen, and objects that could not be read from the API.
ALTER TABLE "imports"
  ADD COLUMN "replaces" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "customers_until" TIMESTAMPTZ;

ALTER TABLE "bulk_operations" ADD COLUMN "unread" JSONB NOT NULL DEFAULT '{}';

CREATE TABLE "seen_ids" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "import_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" BIGINT NOT NULL,

    CONSTRAINT "seen_ids_pkey" PRIMARY KEY ("shop_id","import_id","kind","id")
);

CREATE TABLE "unread_objects" (
    "shop_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "excerpt" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "unread_objects_pkey" PRIMARY KEY ("shop_id","kind","id")
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['seen_ids', 'unread_objects']
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rekindle_app', t);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY one_shop ON %I USING (shop_id = nullif(current_setting(''app.shop_id'', true), '''')::bigint) '
      'WITH CHECK (shop_id = nullif(current_setting(''app.shop_id'', true), '''')::bigint)', t);
  END LOOP;
  -- Where the server has no loading role, ids go through a temporary table like everything else.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_loader') THEN
    BEGIN
      EXECUTE 'GRANT INSERT ("import_id", "kind", "id") ON "seen_ids" TO rekindle_loader';
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;
    END;
  END IF;
END
$$;
