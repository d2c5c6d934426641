-- The purchase cycle that the merchant confirmed or entered; both null while the suggestion is followed.
ALTER TABLE "settings" ADD COLUMN "cycle_length" INTEGER, ADD COLUMN "cycle_unit" TEXT;

ALTER TABLE "settings"
  ADD CONSTRAINT "settings_cycle" CHECK (
    ("cycle_length" IS NULL AND "cycle_unit" IS NULL)
    OR ("cycle_length" IS NOT NULL AND "cycle_unit" IS NOT NULL AND "cycle_length" > 0
      AND (("cycle_unit" = 'days' AND "cycle_length" <= 1095) OR ("cycle_unit" = 'months' AND "cycle_length" <= 36)))
  );
