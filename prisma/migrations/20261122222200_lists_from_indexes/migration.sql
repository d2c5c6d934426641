-- Lists of customers by what they spent, highest first, begin where the page does and do not sort everybody.
CREATE INDEX "scores_shop_id_monetary_customer_id_idx" ON "scores"("shop_id", "monetary", "customer_id");

-- New ones are made before old ones go, so that readers wait for a moment only.
-- Which move of a customer was the first after a day is told by its run: with it, who went from one segment to another
-- is found in the index alone. Moves of one kind lie together in it, so that those of a day are counted without hashing each.
CREATE INDEX "segment_changes_moves_next" ON "segment_changes"("shop_id", "day", "before", "after") INCLUDE ("customer_id", "run_id")
  WHERE "before" IS DISTINCT FROM "after";

-- How many had which scores on an earlier day is counted in the index of the changes since, too.
CREATE INDEX "segment_changes_shop_id_day_score_before_score_after_idx"
  ON "segment_changes"("shop_id", "day", "score_before", "score_after");

DROP INDEX "segment_changes_moves";
ALTER INDEX "segment_changes_moves_next" RENAME TO "segment_changes_moves";
DROP INDEX "segment_changes_shop_id_day_idx";
