-- What could not go out when its turn came is not taken again before this instant, so that others have theirs.
ALTER TABLE "offers" ADD COLUMN "not_before" TIMESTAMPTZ;
-- A discount that Shopify refused to end is asked to end again, each time later.
ALTER TABLE "campaign_discounts"
  ADD COLUMN "end_tries" SMALLINT NOT NULL DEFAULT 0,
  ADD COLUMN "end_after" TIMESTAMPTZ;
