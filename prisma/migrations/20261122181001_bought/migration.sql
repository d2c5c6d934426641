-- What each customer's orders that count tell: when the first was, what was bought, and where they came from. Gathered
-- from orders, their details and line items, whose lists are packed by load and not by customer, so that a question
-- about a hundred thousand customers reads one row of each.
CREATE TABLE "bought" (
    "shop_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "run_id" BIGINT,
    "first_order_day" DATE,
    "products" BIGINT[] NOT NULL DEFAULT '{}',
    "types" TEXT[] NOT NULL DEFAULT '{}',
    "vendors" TEXT[] NOT NULL DEFAULT '{}',
    "channels" TEXT[] NOT NULL DEFAULT '{}',
    "first_source" TEXT,
    "last_source" TEXT,

    CONSTRAINT "bought_pkey" PRIMARY KEY ("shop_id","customer_id")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "bought" TO rekindle_app;
ALTER TABLE "bought" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "bought" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "bought"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);

-- Whether anybody's orders are to be gathered is asked with each question about them.
CREATE INDEX "bought_shop_id_run_id_idx" ON "bought"("shop_id", "run_id");
