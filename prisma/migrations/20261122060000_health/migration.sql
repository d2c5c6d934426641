-- What the health page shows beside what is stored already: by which API version Shopify answered and what a day's
-- calls cost; how long webhooks waited; and a role that counts across shops for the metrics.
ALTER TABLE "shops"
  ADD COLUMN "answered_version" TEXT,
  ADD COLUMN "spent_day" DATE,
  ADD COLUMN "spent_points" BIGINT NOT NULL DEFAULT 0;

CREATE INDEX "inbox_handled" ON "inbox"("shop_id", "handled_at") WHERE "handled_at" IS NOT NULL;

DO $$
BEGIN
  FOR attempt IN 1..50 LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_metrics') THEN
        CREATE ROLE rekindle_metrics NOLOGIN;
      END IF;
      EXECUTE format('GRANT rekindle_metrics TO %I', current_user);
      EXIT;
    EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
      PERFORM pg_sleep(0.02);
    END;
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO rekindle_metrics', current_schema);
END
$$;

-- It reads numbers, instants and kinds: no domain, no id of an order or a customer, no scope, no words.
GRANT SELECT ("shop_id", "uninstalled_at", "parked_reason", "given_up_job", "unreachable_since", "answered_version",
  "spent_day", "spent_points") ON "shops" TO rekindle_metrics;
GRANT SELECT ("shop_id", "received_at", "handled_at") ON "inbox" TO rekindle_metrics;
GRANT SELECT ("shop_id", "kind", "not_before", "since") ON "pending" TO rekindle_metrics;
GRANT SELECT ("shop_id", "id", "kind", "started_at", "looked_at", "drift", "detail") ON "reconciliations"
  TO rekindle_metrics;
GRANT SELECT ("shop_id", "phase") ON "imports" TO rekindle_metrics;
GRANT SELECT ("shop_id", "state") ON "write_runs" TO rekindle_metrics;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['shops', 'inbox', 'pending', 'reconciliations', 'imports', 'write_runs']
  LOOP
    EXECUTE format('CREATE POLICY count_all ON %I FOR SELECT TO rekindle_metrics USING (true)', t);
  END LOOP;
END
$$;
