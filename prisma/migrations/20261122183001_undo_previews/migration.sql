-- What undoing a write-back would do, worked out before it is confirmed: of 100,000 customers that takes longer than a
-- page may wait. One row a shop: a newer wish replaces it. Numbers only.
CREATE TABLE "undo_previews" (
    "shop_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL DEFAULT 1,
    "run_id" BIGINT NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "state" TEXT NOT NULL DEFAULT 'asked',
    "looked_at" INTEGER NOT NULL DEFAULT 0,
    "customers" INTEGER,
    "result" JSONB,

    CONSTRAINT "undo_previews_pkey" PRIMARY KEY ("shop_id"),
    CONSTRAINT "undo_previews_state" CHECK (("state" = 'done') = ("result" IS NOT NULL)
      AND "state" IN ('asked', 'done', 'failed'))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "undo_previews" TO rekindle_app;
ALTER TABLE "undo_previews" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "undo_previews" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "undo_previews"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
