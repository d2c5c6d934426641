-- When campaigns of a shop want to be looked at: whoever looks after all shops asks the shops alone, which it may read.
ALTER TABLE "shops" ADD COLUMN "campaigns_at" TIMESTAMPTZ;
CREATE INDEX "shops_campaigns" ON "shops"("campaigns_at") WHERE "campaigns_at" IS NOT NULL;
-- In the transaction that gives a campaign something to do, whoever writes it.
CREATE FUNCTION wake_campaigns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE shops SET campaigns_at = NEW.look_at
  WHERE shop_id = NEW.shop_id AND (campaigns_at IS NULL OR campaigns_at > NEW.look_at);
  RETURN NULL;
END $$;
CREATE TRIGGER "campaigns_wake" AFTER INSERT OR UPDATE OF "look_at" ON "campaigns"
  FOR EACH ROW WHEN (NEW."look_at" IS NOT NULL) EXECUTE FUNCTION wake_campaigns();

-- The day on which newcomers were let in last.
ALTER TABLE "campaigns" ADD COLUMN "joined_on" DATE;

ALTER TABLE "offers"
  ADD COLUMN "passed_at" TIMESTAMPTZ,
  ADD COLUMN "tagged" BOOLEAN,
  ADD COLUMN "reckoned" BIGINT;
-- Offers that came to an end, whose customers go on to the next step.
CREATE INDEX "offers_to_pass" ON "offers"("shop_id", "campaign_id")
  WHERE "passed_at" IS NULL AND "state" IN ('given', 'skipped', 'dropped', 'failed', 'unknown');
