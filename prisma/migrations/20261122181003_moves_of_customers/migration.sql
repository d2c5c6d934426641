-- Who moved between segments since a day is found in the index alone, too: it names the customer beside what it named
-- before.
DROP INDEX "segment_changes_moves";
CREATE INDEX "segment_changes_moves" ON "segment_changes"("shop_id", "day") INCLUDE ("before", "after", "customer_id")
  WHERE "before" IS DISTINCT FROM "after";
