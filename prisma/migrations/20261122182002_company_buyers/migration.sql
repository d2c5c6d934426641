-- Customers with an order that counts and was bought for a company: 'b2b' = all of theirs were, 'mixed' = some. Everyone
-- else buys for themselves and has no row.
CREATE TABLE "company_buyers" (
    "shop_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "population" TEXT NOT NULL,

    CONSTRAINT "company_buyers_pkey" PRIMARY KEY ("shop_id","customer_id"),
    CONSTRAINT "company_buyers_population" CHECK ("population" IN ('b2b', 'mixed'))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "company_buyers" TO rekindle_app;
ALTER TABLE "company_buyers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "company_buyers" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "company_buyers"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);

-- Most shops have none, and are told so by an empty index.
CREATE INDEX "order_details_company" ON "order_details" ("shop_id", "order_id") WHERE "company_id" IS NOT NULL;
