-- Customers to whom nothing is written, since somebody took back what was: `asked` until that is carried out, by the
-- write-back `run_id`, which goes back to before `back_to`.
CREATE TABLE "write_holds" (
    "shop_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "back_to" BIGINT NOT NULL,
    "asked" BOOLEAN NOT NULL DEFAULT true,
    "run_id" BIGINT,
    "held_by" BIGINT NOT NULL,
    "since" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "write_holds_pkey" PRIMARY KEY ("shop_id","customer_id")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "write_holds" TO rekindle_app;
ALTER TABLE "write_holds" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "write_holds" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "write_holds"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);

ALTER TABLE "write_runs" DROP CONSTRAINT "write_runs_kind";
ALTER TABLE "write_runs" ADD CONSTRAINT "write_runs_kind"
  CHECK ("kind" IN ('full', 'following', 'undo', 'put-back'));
