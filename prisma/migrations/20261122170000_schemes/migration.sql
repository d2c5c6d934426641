-- The scheme that names segments: one that ships, or the merchant's own, which is kept while another is in use. A run
-- notes by which it scored; those of before scored by the ten-segment grid.
ALTER TABLE "settings" ADD COLUMN "scheme" TEXT NOT NULL DEFAULT 'ten'
  CHECK ("scheme" IN ('ten', 'six', 'eleven', 'tiers', 'own'));
ALTER TABLE "settings" ADD COLUMN "own_scheme" JSONB;
ALTER TABLE "settings" ADD CONSTRAINT "settings_own_scheme" CHECK ("scheme" <> 'own' OR "own_scheme" IS NOT NULL);
ALTER TABLE "score_runs" ADD COLUMN "scheme" JSONB NOT NULL DEFAULT '{"scheme": "ten", "ownScheme": null}';
