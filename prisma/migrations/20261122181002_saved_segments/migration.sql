-- The merchant's own segments: questions about customers, answered whenever somebody looks.
CREATE TABLE "saved_segments" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    "conditions" JSONB NOT NULL,
    "changed_by" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "saved_segments_pkey" PRIMARY KEY ("shop_id","id"),
    CONSTRAINT "saved_segments_name" CHECK (char_length("name") BETWEEN 1 AND 80)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "saved_segments" TO rekindle_app;
GRANT USAGE ON SEQUENCE "saved_segments_id_seq" TO rekindle_app;
ALTER TABLE "saved_segments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "saved_segments" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "saved_segments"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
