-- What staff note about a customer of the work list: to whom it is assigned, until when it is put off, when somebody
-- last got in touch, and a note. Each of the four says who set it, and as which version of the row, so that whoever
-- sets it over what somebody else has just set hears of that.
CREATE TABLE "customer_care" (
    "shop_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "assigned_to" BIGINT,
    "assigned_by" BIGINT,
    "assigned_in" INTEGER NOT NULL DEFAULT 0,
    "later_until" DATE,
    "later_by" BIGINT,
    "later_in" INTEGER NOT NULL DEFAULT 0,
    "contacted_on" DATE,
    "contacted_by" BIGINT,
    "contacted_in" INTEGER NOT NULL DEFAULT 0,
    "note" TEXT,
    "note_by" BIGINT,
    "note_in" INTEGER NOT NULL DEFAULT 0,
    "note_at" TIMESTAMPTZ,

    CONSTRAINT "customer_care_pkey" PRIMARY KEY ("shop_id","customer_id"),
    CONSTRAINT "customer_care_note" CHECK (char_length("note") BETWEEN 1 AND 500)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "customer_care" TO rekindle_app;
ALTER TABLE "customer_care" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "customer_care" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "customer_care"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
