-- Who moved between two days is read from the changes after the first of them, however long the history before it is.
CREATE INDEX "segment_changes_shop_id_day_idx" ON "segment_changes"("shop_id", "day");
