-- What keeps the scores true after the first import: webhooks as they arrived, the day all scores are as of, what
-- still has to be read, scored or written, what reconciliation found; and who may do what, who saw personal data,
-- what was asked and erased by privacy law.
CREATE TABLE "inbox" (
    "shop_id" BIGINT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "resource_id" BIGINT,
    "detail" JSONB,
    "triggered_at" TIMESTAMPTZ,
    "received_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "handled_at" TIMESTAMPTZ,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("shop_id","webhook_id")
);
CREATE INDEX "inbox_waiting" ON "inbox"("shop_id", "received_at") WHERE "handled_at" IS NULL;
CREATE INDEX "inbox_urgent" ON "inbox"("shop_id", "received_at") WHERE "handled_at" IS NULL
  AND "topic" IN ('app/uninstalled', 'customers/data_request', 'customers/redact', 'shop/redact');

CREATE TABLE "webhook_topics" (
    "shop_id" BIGINT NOT NULL,
    "topic" TEXT NOT NULL,
    "last_received_at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "webhook_topics_pkey" PRIMARY KEY ("shop_id","topic")
);

CREATE TABLE "pending" (
    "shop_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" BIGINT NOT NULL,
    "not_before" DATE,
    "since" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "begun" BOOLEAN NOT NULL DEFAULT false,
    "version" TIMESTAMPTZ,

    CONSTRAINT "pending_pkey" PRIMARY KEY ("shop_id","kind","id")
);
-- Customers are read in the order of their changes, so that one search finds many.
CREATE INDEX "pending_customer_version_idx" ON "pending"("shop_id", "version" NULLS FIRST, "id") WHERE "kind" = 'customer';

CREATE TABLE "reconciliations" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "finished_at" TIMESTAMPTZ,
    "looked_at" INTEGER NOT NULL DEFAULT 0,
    "drift" INTEGER NOT NULL DEFAULT 0,
    "detail" JSONB,

    CONSTRAINT "reconciliations_pkey" PRIMARY KEY ("shop_id","id")
);
CREATE INDEX "reconciliations_shop_id_kind_id_idx" ON "reconciliations"("shop_id", "kind", "id");

CREATE TABLE "staff" (
    "shop_id" BIGINT NOT NULL,
    "user_id" BIGINT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'staff',
    "account_owner" BOOLEAN NOT NULL DEFAULT false,
    "first_seen_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "last_seen_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "staff_pkey" PRIMARY KEY ("shop_id","user_id"),
    CONSTRAINT "staff_role" CHECK ("role" IN ('manager', 'staff'))
);

CREATE TABLE "access_log" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "user_id" BIGINT,
    "what" TEXT NOT NULL,
    "customer_ids" BIGINT[] NOT NULL,

    CONSTRAINT "access_log_pkey" PRIMARY KEY ("shop_id","id")
);

CREATE TABLE "data_requests" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "order_ids" BIGINT[] NOT NULL,
    "requested_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "made_at" TIMESTAMPTZ,
    "file" JSONB,
    "downloaded_at" TIMESTAMPTZ,

    CONSTRAINT "data_requests_pkey" PRIMARY KEY ("shop_id","id")
);
CREATE UNIQUE INDEX "data_requests_shop_id_webhook_id_key" ON "data_requests"("shop_id", "webhook_id");

CREATE TABLE "tombstones" (
    "shop_id" BIGINT NOT NULL,
    "customer_hash" BYTEA NOT NULL,
    "redacted_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "tombstones_pkey" PRIMARY KEY ("shop_id","customer_hash")
);

-- When what was kept for long enough was last removed.
ALTER TABLE "shops" ADD COLUMN "tidied_at" TIMESTAMPTZ;

-- Orders whose contents were erased for good: loads look for them.
CREATE INDEX "order_details_emptied" ON "order_details"("shop_id", "order_id")
  WHERE "updated_at" = timestamptz '9999-12-31 00:00:00+00';

-- The day every stored score is as of: a full run's own day, moved on at each midnight that follows.
ALTER TABLE "score_runs" ADD COLUMN "holds_on" DATE;
UPDATE "score_runs" SET "holds_on" = "as_of";
ALTER TABLE "score_runs" ALTER "holds_on" SET NOT NULL;

-- A customer's orders, for scoring one customer. An index entry for each of a million orders costs as much as the
-- orders themselves, so a load that adds orders lists their ids by a hash of their customer, some to a row, and marks
-- them as listed. All others are in the index, also those that changed since. An entry of a list is a hint: whose an
-- order is says the order.
ALTER TABLE "orders" ADD COLUMN "listed" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "orders_customer_id_idx" ON "orders" USING hash ("customer_id") WHERE NOT "listed";

CREATE TABLE "order_lists" (
    "shop_id" BIGINT NOT NULL DEFAULT (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::bigint,
    "bucket" INTEGER NOT NULL,
    "load" BIGSERIAL NOT NULL,
    "order_ids" BIGINT[],

    CONSTRAINT "order_lists_pkey" PRIMARY KEY ("shop_id","bucket","load")
);

CREATE FUNCTION "unlist_order"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.listed := false;
  RETURN NEW;
END
$$;
CREATE TRIGGER "orders_unlist" BEFORE UPDATE ON "orders" FOR EACH ROW
  WHEN (OLD."listed") EXECUTE FUNCTION "unlist_order"();

-- Whether a lease is held, and the same with the row kept until the transaction ends. Every transaction under a lease
-- asks both; in functions they are planned once a connection and not each time.
CREATE FUNCTION "lease_held"(shop bigint, lease text, held bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM leases WHERE shop_id = shop AND name = lease AND token = held AND held_until > clock_timestamp();
  RETURN FOUND;
END
$$;
CREATE FUNCTION "lease_kept"(shop bigint, lease text, held bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM leases WHERE shop_id = shop AND name = lease AND token = held AND held_until > clock_timestamp()
    FOR SHARE;
  RETURN FOUND;
END
$$;

-- Who crosses a recency cut point at midnight.
CREATE INDEX "scores_shop_id_last_order_day_idx" ON "scores"("shop_id", "last_order_day");

ALTER TABLE "write_runs"
  ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'full',
  ADD CONSTRAINT "write_runs_kind" CHECK ("kind" IN ('full', 'following'));

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['inbox', 'webhook_topics', 'pending', 'reconciliations', 'staff', 'access_log',
    'data_requests', 'tombstones', 'order_lists']
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rekindle_app', t);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY one_shop ON %I USING (shop_id = nullif(current_setting(''app.shop_id'', true), '''')::bigint) '
      'WITH CHECK (shop_id = nullif(current_setting(''app.shop_id'', true), '''')::bigint)', t);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO rekindle_app', current_schema);
  -- Where the server has no loading role, loads go through a temporary table and list nothing.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_loader') THEN
    BEGIN
      EXECUTE 'GRANT INSERT ("listed") ON "orders" TO rekindle_loader';
      EXECUTE 'GRANT INSERT ("bucket", "load", "order_ids") ON "order_lists" TO rekindle_loader';
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;
    END;
  END IF;
END
$$;

-- Webhooks of all shops are stored together in one statement, as a role that can do nothing else: add a row to the
-- inbox, find a shop by its domain, and see which shops have rows waiting.
DO $$
BEGIN
  FOR attempt IN 1..50 LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_inbox') THEN
        CREATE ROLE rekindle_inbox NOLOGIN;
      END IF;
      EXECUTE format('GRANT rekindle_inbox TO %I', current_user);
      EXIT;
    EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
      PERFORM pg_sleep(0.02);
    END;
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO rekindle_inbox', current_schema);
END
$$;
GRANT SELECT ("shop_id", "domain", "generation", "uninstalled_at", "parked_reason") ON "shops" TO rekindle_inbox;
GRANT INSERT ("shop_id", "webhook_id", "topic", "resource_id", "detail", "triggered_at") ON "inbox" TO rekindle_inbox;
GRANT SELECT ("shop_id", "topic", "handled_at") ON "inbox" TO rekindle_inbox;
CREATE POLICY find_shop ON "shops" FOR SELECT TO rekindle_inbox USING (true);
CREATE POLICY add_any ON "inbox" FOR INSERT TO rekindle_inbox WITH CHECK (true);
CREATE POLICY see_waiting ON "inbox" FOR SELECT TO rekindle_inbox USING ("handled_at" IS NULL);
