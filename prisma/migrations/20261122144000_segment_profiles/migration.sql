-- What the customers of each segment have at stake and buy, beside everyone who is scored. It is counted after each full
-- run from every order and line item of the shop, which takes seconds where a page has a tenth of one. Numbers only:
-- nobody is named in it.
CREATE TABLE "segment_profiles" (
    "shop_id" BIGINT NOT NULL,
    "segment" TEXT NOT NULL,
    "run_id" BIGINT NOT NULL,
    "as_of" DATE NOT NULL,
    "customers" INTEGER NOT NULL,
    "at_stake" BIGINT NOT NULL,
    "known" INTEGER NOT NULL,
    "known_in_shop" INTEGER NOT NULL,
    "products" JSONB NOT NULL,
    "types" JSONB NOT NULL,

    CONSTRAINT "segment_profiles_pkey" PRIMARY KEY ("shop_id","segment")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "segment_profiles" TO rekindle_app;
ALTER TABLE "segment_profiles" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "segment_profiles" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "segment_profiles"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);

-- How many customers each segment had on each day of a year is counted from this index alone.
CREATE INDEX "segment_changes_moves" ON "segment_changes"("shop_id", "day") INCLUDE ("before", "after")
  WHERE "before" IS DISTINCT FROM "after";
