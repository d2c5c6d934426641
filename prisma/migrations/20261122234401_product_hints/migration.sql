-- What is bought together, and about what a product costs: for messages that show products. Nothing about one customer.
CREATE TABLE "product_hints" (
    "shop_id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "price" BIGINT,
    "buyers" INTEGER NOT NULL,
    "bought_too" BIGINT[] NOT NULL,
    "counted_at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "product_hints_pkey" PRIMARY KEY ("shop_id","product_id")
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "product_hints" TO rekindle_app;
ALTER TABLE "product_hints" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "product_hints" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "product_hints"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
