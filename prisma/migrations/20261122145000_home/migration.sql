-- What Home holds a shop's figures against, and what the merchant decided about Home.

-- The figures of everyone at the end of a day. The row of the day at hand moves with the summary of the latest run, in
-- the same statement; rows of days before the app was there are reckoned afterwards from the stored orders. Figures are
-- of one basis when they rest on the same settings and the same import.
CREATE TABLE "shop_days" (
    "shop_id" BIGINT NOT NULL,
    "day" DATE NOT NULL,
    "basis" TEXT NOT NULL,
    "figures" JSONB NOT NULL,

    CONSTRAINT "shop_days_pkey" PRIMARY KEY ("shop_id","day")
);

CREATE TABLE "home" (
    "shop_id" BIGINT NOT NULL,
    "guide_closed" BOOLEAN NOT NULL DEFAULT false,
    "guide_done" TEXT[] NOT NULL DEFAULT '{}',
    "slipping_percent" INTEGER NOT NULL DEFAULT 5,
    "slipping_days" INTEGER NOT NULL DEFAULT 7,
    "targets" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "home_pkey" PRIMARY KEY ("shop_id"),
    CONSTRAINT "home_slipping_percent" CHECK ("slipping_percent" BETWEEN 1 AND 100),
    CONSTRAINT "home_slipping_days" CHECK ("slipping_days" BETWEEN 1 AND 90)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "shop_days" TO rekindle_app;
ALTER TABLE "shop_days" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shop_days" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "shop_days"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);

GRANT SELECT, INSERT, UPDATE, DELETE ON "home" TO rekindle_app;
ALTER TABLE "home" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "home" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "home"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);

-- Summaries count orders, value tiers and valuable customers from now on. Those that do not are made anew: without the
-- mark of its orders a run no longer holds, and everyone is scored again.
ALTER TABLE "score_runs" NO FORCE ROW LEVEL SECURITY;
UPDATE "score_runs"
SET "data_mark" = '',
    "summary" = '{"orders": 0, "valuable": 0, "tiers": {"high": 0, "medium": 0, "low": 0}}'::jsonb || "summary"
WHERE NOT "summary" ? 'tiers';
ALTER TABLE "score_runs" FORCE ROW LEVEL SECURITY;
