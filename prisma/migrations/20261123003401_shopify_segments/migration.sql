-- Who is in a segment of Shopify's, as it was read for a campaign's audience; kept for two days at most.
CREATE TABLE "shopify_segment_readings" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "gid" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'asked',
    "cursor" TEXT,
    "members" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "asked_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "ended_at" TIMESTAMPTZ,

    CONSTRAINT "shopify_segment_readings_pkey" PRIMARY KEY ("shop_id","id"),
    CONSTRAINT "shopify_segment_readings_state" CHECK ("state" IN ('asked', 'read', 'gone', 'failed'))
);
CREATE INDEX "shopify_segment_readings_segment" ON "shopify_segment_readings"("shop_id", "gid", "id");
-- A segment is read once at a time, whoever asks for it.
CREATE UNIQUE INDEX "shopify_segment_readings_open" ON "shopify_segment_readings"("shop_id", "gid") WHERE "state" = 'asked';

CREATE TABLE "shopify_segment_members" (
    "shop_id" BIGINT NOT NULL,
    "reading_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,

    CONSTRAINT "shopify_segment_members_pkey" PRIMARY KEY ("shop_id","reading_id","customer_id")
);
CREATE INDEX "shopify_segment_members_customer" ON "shopify_segment_members"("shop_id", "customer_id");

GRANT SELECT, INSERT, UPDATE, DELETE ON "shopify_segment_readings", "shopify_segment_members" TO rekindle_app;
GRANT USAGE ON SEQUENCE "shopify_segment_readings_id_seq" TO rekindle_app;
ALTER TABLE "shopify_segment_readings" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shopify_segment_readings" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "shopify_segment_readings"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "shopify_segment_members" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shopify_segment_members" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "shopify_segment_members"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
