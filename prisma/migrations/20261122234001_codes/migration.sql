ALTER TABLE "campaign_discounts"
  -- to the customers who have its codes; otherwise everybody may use one who has it
  ADD COLUMN "bound" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "terms" TEXT,
  ADD COLUMN "looked_at" TIMESTAMPTZ;
-- One that was deleted or refused makes room for another: whoever goes on with the campaign after that wants one.
DROP INDEX "campaign_discounts_key";
CREATE UNIQUE INDEX "campaign_discounts_key"
  ON "campaign_discounts"("shop_id", "campaign_id", "version", "step", "branch", "arm", "last_day")
  WHERE "state" IN ('planned', 'ready');

-- An order that names a code of a campaign: found when its details are stored, looked at once.
CREATE TABLE "campaign_orders" (
    "shop_id" BIGINT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "found_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "looked_at" TIMESTAMPTZ,
    "discounted" BIGINT,
    "alarm" TEXT,

    CONSTRAINT "campaign_orders_pkey" PRIMARY KEY ("shop_id","order_id","campaign_id"),
    CONSTRAINT "campaign_orders_alarm" CHECK ("alarm" IN ('leak', 'stacking'))
);
CREATE INDEX "campaign_orders_new" ON "campaign_orders"("shop_id") WHERE "looked_at" IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON "campaign_orders" TO rekindle_app;
ALTER TABLE "campaign_orders" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "campaign_orders" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "campaign_orders"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
