-- What is left of the price after product cost, as the merchant says; null = not said.
ALTER TABLE "settings" ADD COLUMN "margin_percent" INTEGER
  CONSTRAINT "settings_margin_percent" CHECK ("margin_percent" BETWEEN 1 AND 100);

-- What is needed to say what an order earned. Read of the orders that a campaign compares, and of no others.
CREATE TABLE "order_earnings" (
    "shop_id" BIGINT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "order_updated_at" TIMESTAMPTZ NOT NULL,
    "goods" BIGINT NOT NULL,
    "given_shipping" BIGINT NOT NULL,
    "discount" BIGINT NOT NULL,
    "cost" BIGINT,

    CONSTRAINT "order_earnings_pkey" PRIMARY KEY ("shop_id","order_id")
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "order_earnings" TO rekindle_app;
ALTER TABLE "order_earnings" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "order_earnings" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "order_earnings"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
