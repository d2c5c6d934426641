-- One index for every question about open offers: with two that begin alike the planner took the other, and sorted all
-- that are ready.
DROP INDEX "offers_to_give";
DROP INDEX "offers_open";
CREATE INDEX "offers_open" ON "offers"
  ("shop_id", "campaign_id", "state", "version", "step", "branch", "arm", "created_at", "customer_id")
  WHERE "state" IN ('review', 'later', 'approved', 'ready', 'sending');
