-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "shops" (
    "shop_id" BIGSERIAL NOT NULL,
    "domain" TEXT NOT NULL,
    "shopify_id" BIGINT,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "installed_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "uninstalled_at" TIMESTAMPTZ,
    "parked_reason" TEXT,
    "parked_at" TIMESTAMPTZ,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "currency" TEXT,
    "time_zone" TEXT,
    "shop_created_at" TIMESTAMPTZ,

    CONSTRAINT "shops_pkey" PRIMARY KEY ("shop_id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "shop_id" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT '',
    "is_online" BOOLEAN NOT NULL,
    "scope" TEXT,
    "expires" TIMESTAMPTZ,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "refresh_token_expires" TIMESTAMPTZ,
    "user_id" BIGINT,
    "account_owner" BOOLEAN,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "settings" (
    "shop_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "count_test" BOOLEAN NOT NULL DEFAULT false,
    "count_cancelled" BOOLEAN NOT NULL DEFAULT false,
    "count_unpaid" BOOLEAN NOT NULL DEFAULT false,
    "count_zero" BOOLEAN NOT NULL DEFAULT false,
    "window_days" INTEGER,
    "frequency_method" TEXT,
    "method_chosen_by" TEXT,
    "tag_prefix" TEXT NOT NULL DEFAULT 'rfm',
    "write_back" TEXT NOT NULL DEFAULT 'not-asked',
    "updated_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("shop_id")
);

-- CreateTable
CREATE TABLE "imports" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "generation" INTEGER NOT NULL,
    "phase" TEXT NOT NULL DEFAULT 'orders',
    "problem" TEXT,
    "problem_detail" JSONB,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ,
    "orders_expected" INTEGER,
    "customers_expected" INTEGER,
    "limited_history" BOOLEAN NOT NULL DEFAULT false,
    "changes_until" TIMESTAMPTZ,

    CONSTRAINT "imports_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "bulk_operations" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "owner_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "slice" INTEGER NOT NULL DEFAULT 0,
    "filter" TEXT,
    "gid" TEXT,
    "state" TEXT NOT NULL DEFAULT 'intended',
    "error" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "objects" BIGINT NOT NULL DEFAULT 0,
    "root_objects" BIGINT NOT NULL DEFAULT 0,
    "lines" BIGINT NOT NULL DEFAULT 0,
    "root_lines" BIGINT NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,

    CONSTRAINT "bulk_operations_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "quarantined_lines" (
    "shop_id" BIGINT NOT NULL,
    "operation_id" BIGINT NOT NULL,
    "line_number" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "excerpt" TEXT NOT NULL,

    CONSTRAINT "quarantined_lines_pkey" PRIMARY KEY ("shop_id","operation_id","line_number")
);

-- CreateTable
CREATE TABLE "orders" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "id" BIGINT NOT NULL,
    "customer_id" BIGINT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "processed_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "cancelled_at" TIMESTAMPTZ,
    "test" BOOLEAN NOT NULL,
    "financial_status" TEXT,
    "currency" TEXT NOT NULL,
    "total" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "order_details" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "order_id" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "source_name" TEXT,
    "attribution" TEXT,
    "company_id" BIGINT,
    "discount_codes" TEXT[],
    "lines_load" BIGINT NOT NULL,

    CONSTRAINT "order_details_pkey" PRIMARY KEY ("shop_id","order_id")
);

-- CreateTable
CREATE TABLE "refunds" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "order_id" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("shop_id","order_id","id")
);

-- CreateTable
CREATE TABLE "line_items" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "load" BIGSERIAL NOT NULL,
    "part" INTEGER NOT NULL,
    "order_ids" BIGINT[],
    "ids" BIGINT[],
    "product_ids" BIGINT[],
    "quantities" INTEGER[],
    "amounts" BIGINT[],

    CONSTRAINT "line_items_pkey" PRIMARY KEY ("shop_id","load","part")
);

-- CreateTable
CREATE TABLE "products" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "id" BIGINT NOT NULL,
    "title" TEXT NOT NULL,
    "type" TEXT,
    "vendor" TEXT,

    CONSTRAINT "products_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "customers" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "email_consent" TEXT,
    "sms_consent" TEXT,
    "company_ids" BIGINT[],
    "tags" TEXT[],

    CONSTRAINT "customers_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "score_runs" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "as_of" DATE NOT NULL,
    "finished_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT NOT NULL,
    "frequency_method" TEXT NOT NULL,
    "cut_points" JSONB NOT NULL,
    "order_counts" JSONB NOT NULL,
    "summary" JSONB NOT NULL,
    "currency" TEXT NOT NULL,

    CONSTRAINT "score_runs_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "scores" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "customer_id" BIGINT NOT NULL,
    "last_order_day" DATE,
    "frequency" INTEGER NOT NULL,
    "monetary" BIGINT NOT NULL,
    "r" SMALLINT NOT NULL,
    "f" SMALLINT NOT NULL,
    "m" SMALLINT NOT NULL,
    "segment" TEXT,
    "previous_segment" TEXT,
    "since" DATE NOT NULL,
    "unscored_reason" TEXT,

    CONSTRAINT "scores_pkey" PRIMARY KEY ("shop_id","customer_id")
);

-- CreateTable
CREATE TABLE "segment_changes" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "customer_id" BIGINT NOT NULL,
    "run_id" BIGINT NOT NULL,
    "day" DATE NOT NULL,
    "before" TEXT,
    "after" TEXT,
    "cause" TEXT NOT NULL,
    "score_before" TEXT NOT NULL,
    "score_after" TEXT NOT NULL,

    CONSTRAINT "segment_changes_pkey" PRIMARY KEY ("shop_id","customer_id","run_id")
);

-- CreateTable
CREATE TABLE "written" (
    "shop_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "tags" TEXT[],
    "segment" TEXT,
    "profile" TEXT,

    CONSTRAINT "written_pkey" PRIMARY KEY ("shop_id","customer_id")
);

-- CreateTable
CREATE TABLE "writes" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "run_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "operation_id" BIGINT,
    "error" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "writes_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "write_runs" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "generation" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "plan" JSONB NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ,

    CONSTRAINT "write_runs_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "leases" (
    "shop_id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "token" BIGINT NOT NULL,
    "holder" TEXT NOT NULL,
    "held_until" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("shop_id","name")
);

-- CreateIndex
CREATE UNIQUE INDEX "shops_domain_key" ON "shops"("domain");

-- CreateIndex
CREATE INDEX "bulk_operations_shop_id_owner_id_idx" ON "bulk_operations"("shop_id", "owner_id");

-- CreateIndex
CREATE INDEX "refunds_shop_id_created_at_idx" ON "refunds"("shop_id", "created_at");

-- CreateIndex
CREATE INDEX "writes_shop_id_run_id_state_kind_id_idx" ON "writes"("shop_id", "run_id", "state", "kind", "id");

-- CreateIndex
CREATE INDEX "writes_shop_id_customer_id_idx" ON "writes"("shop_id", "customer_id");

-- Looking for repetition in lists of numbers takes longer than writing them.
ALTER TABLE "line_items"
  ALTER "order_ids" SET STORAGE EXTERNAL, ALTER "ids" SET STORAGE EXTERNAL, ALTER "product_ids" SET STORAGE EXTERNAL,
  ALTER "quantities" SET STORAGE EXTERNAL, ALTER "amounts" SET STORAGE EXTERNAL;

-- Closed lists, checked where a wrong word would change what the app does.
ALTER TABLE "settings"
  ADD CONSTRAINT "settings_frequency_method" CHECK ("frequency_method" IN ('all-customers', 'repeat-customers')),
  ADD CONSTRAINT "settings_method_chosen_by" CHECK ("method_chosen_by" IN ('import', 'merchant')),
  ADD CONSTRAINT "settings_write_back" CHECK ("write_back" IN ('not-asked', 'not-now', 'on', 'off')),
  ADD CONSTRAINT "settings_window_days" CHECK ("window_days" > 0),
  ADD CONSTRAINT "settings_tag_prefix" CHECK ("tag_prefix" <> '' AND "tag_prefix" !~ ',');
ALTER TABLE "imports"
  ADD CONSTRAINT "imports_phase" CHECK ("phase" IN ('orders', 'details', 'customers', 'changes', 'done', 'failed'));
ALTER TABLE "bulk_operations"
  ADD CONSTRAINT "bulk_operations_state"
    CHECK ("state" IN ('intended', 'running', 'finished', 'loaded', 'failed', 'replaced'));
ALTER TABLE "scores"
  ADD CONSTRAINT "scores_range" CHECK ("r" BETWEEN 0 AND 5 AND "f" BETWEEN 0 AND 5 AND "m" BETWEEN 0 AND 5);
ALTER TABLE "write_runs"
  ADD CONSTRAINT "write_runs_state" CHECK ("state" IN ('planned', 'sending', 'done', 'stopped', 'failed'));

-- The role every transaction of the app takes on. Roles belong to the whole server, so another database of it
-- may be making the same one at this moment. The owner need not be a superuser: CREATEROLE is enough.
DO $$
BEGIN
  FOR attempt IN 1..50 LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_app') THEN
        CREATE ROLE rekindle_app NOLOGIN;
      END IF;
      EXECUTE format('GRANT rekindle_app TO %I', current_user);
      EXIT;
    EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
      PERFORM pg_sleep(0.02);
    END;
  END LOOP;
END
$$;

-- A transaction sees and writes the rows of the shop in app.shop_id; without it there are none. FORCE holds
-- the owner to the same. (After a transaction that set it, an unset setting reads as the empty string.)
DO $$
DECLARE
  t text;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO rekindle_app', current_schema);
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema AND tablename <> '_prisma_migrations'
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rekindle_app', t);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY one_shop ON %I USING (shop_id = nullif(current_setting(''app.shop_id'', true), '''')::bigint) '
      'WITH CHECK (shop_id = nullif(current_setting(''app.shop_id'', true), '''')::bigint)', t);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO rekindle_app', current_schema);
END
$$;

-- COPY does not work on tables with row level security, and it is what makes a first load three times as fast.
-- So loads add rows as a role that row level security does not hold, which can do nothing else: it may insert,
-- it may not read, and it may not name a shop, because shop_id is filled in from the transaction's setting. Where
-- the owner cannot make such a role (PostgreSQL asks for BYPASSRLS itself), loads go through a temporary table.
DO $$
DECLARE
  t text;
  columns text;
BEGIN
  FOR attempt IN 1..50 LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_loader') THEN
        CREATE ROLE rekindle_loader NOLOGIN BYPASSRLS;
      END IF;
      EXECUTE format('GRANT rekindle_loader TO %I', current_user);
      EXIT;
    EXCEPTION
      WHEN insufficient_privilege THEN
        RETURN;
      WHEN duplicate_object OR unique_violation OR internal_error THEN
        PERFORM pg_sleep(0.02);
    END;
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO rekindle_loader', current_schema);
  FOREACH t IN ARRAY ARRAY['orders', 'order_details', 'refunds', 'line_items', 'products', 'customers', 'scores',
    'segment_changes']
  LOOP
    SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
      WHERE table_schema = current_schema AND table_name = t AND column_name <> 'shop_id';
    EXECUTE format('GRANT INSERT (%s) ON %I TO rekindle_loader', columns, t);
  END LOOP;
END
$$;

-- A shop must be found before it is known: the owner, and nobody else, may read and add shops.
CREATE POLICY directory_read ON "shops" FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY directory_add ON "shops" FOR INSERT TO CURRENT_USER WITH CHECK (true);
