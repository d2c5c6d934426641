-- When a member came to its latest step, held out or not: for so long both sides of a comparison rest alike.
ALTER TABLE "campaign_members" ADD COLUMN "reached_at" TIMESTAMPTZ;
