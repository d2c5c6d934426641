-- The next offers of an arm that are to be handed over, without looking at the others.
CREATE INDEX "offers_to_give" ON "offers"
  ("shop_id", "campaign_id", "version", "step", "branch", "arm", "state", "created_at", "customer_id")
  WHERE "state" IN ('ready', 'sending');

-- How often in a row a look at a campaign, or handing over its offers, failed by a fault of its own.
ALTER TABLE "campaigns"
  ADD COLUMN "look_tries" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "give_tries" INTEGER NOT NULL DEFAULT 0;

-- The shop is held last, at the commit: whoever wakes one campaign and then holds another waits for nobody who
-- holds that one and waits for the shop.
DROP TRIGGER "campaigns_wake" ON "campaigns";
CREATE CONSTRAINT TRIGGER "campaigns_wake" AFTER INSERT OR UPDATE OF "look_at" ON "campaigns"
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."look_at" IS NOT NULL) EXECUTE FUNCTION wake_campaigns();
