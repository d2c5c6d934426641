-- Cut points the merchant sets: for each dimension that has them (r, f, m) where the scores 2, 3, 4 and 5 begin.
ALTER TABLE "settings" ADD COLUMN "own_cut_points" JSONB NOT NULL DEFAULT '{}';
