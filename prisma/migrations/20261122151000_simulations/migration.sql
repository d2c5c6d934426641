-- What a change of the settings would do, worked out before it is saved, or what the scores of a past day were. One row
-- a shop: a newer wish replaces it.
CREATE TABLE "simulations" (
    "shop_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL,
    "wish" JSONB NOT NULL,
    "as_of" DATE,
    "asked_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "state" TEXT NOT NULL DEFAULT 'asked',
    "result" JSONB,

    CONSTRAINT "simulations_pkey" PRIMARY KEY ("shop_id"),
    CONSTRAINT "simulations_state" CHECK (("state" = 'done') = ("result" IS NOT NULL)
      AND "state" IN ('asked', 'done', 'failed', 'outdated'))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "simulations" TO rekindle_app;
ALTER TABLE "simulations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "simulations" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "simulations"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
