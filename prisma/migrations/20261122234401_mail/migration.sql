-- The merchant's own mail server, who gets no more mail, and what customers answer when they are asked why they left.
CREATE TABLE "mail_settings" (
    "shop_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "security" TEXT NOT NULL,
    "username" TEXT,
    "password" TEXT,
    "from_name" TEXT NOT NULL,
    "from_address" TEXT NOT NULL,
    "reply_to" TEXT,
    "postal" TEXT NOT NULL,
    "per_hour" INTEGER NOT NULL,
    "quiet_from" SMALLINT,
    "quiet_until" SMALLINT,
    "verified_at" TIMESTAMPTZ,
    "code_hash" BYTEA,
    "code_sent_at" TIMESTAMPTZ,
    "code_tries" SMALLINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "closed_until" TIMESTAMPTZ,
    "problem" TEXT,
    "problem_at" TIMESTAMPTZ,

    CONSTRAINT "mail_settings_pkey" PRIMARY KEY ("shop_id"),
    CONSTRAINT "mail_settings_security" CHECK ("security" IN ('tls', 'starttls', 'none')),
    CONSTRAINT "mail_settings_port" CHECK ("port" BETWEEN 1 AND 65535),
    CONSTRAINT "mail_settings_rate" CHECK ("per_hour" BETWEEN 1 AND 100000),
    CONSTRAINT "mail_settings_quiet" CHECK (("quiet_from" IS NULL) = ("quiet_until" IS NULL)
      AND ("quiet_from" IS NULL OR ("quiet_from" BETWEEN 0 AND 23 AND "quiet_until" BETWEEN 0 AND 23)))
);

-- How many messages were handed over in a minute: the rate looks at the last sixty.
CREATE TABLE "mail_minutes" (
    "shop_id" BIGINT NOT NULL,
    "minute" TIMESTAMPTZ NOT NULL,
    "sent" INTEGER NOT NULL,

    CONSTRAINT "mail_minutes_pkey" PRIMARY KEY ("shop_id","minute")
);

CREATE TABLE "mail_suppressions" (
    "shop_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "address_hash" BYTEA,
    "reason" TEXT NOT NULL,
    "campaign_id" BIGINT,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "tell_shopify" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "mail_suppressions_pkey" PRIMARY KEY ("shop_id","customer_id"),
    CONSTRAINT "mail_suppressions_reason" CHECK ("reason" IN ('unsubscribed', 'bounced', 'by-hand'))
);
CREATE INDEX "mail_suppressions_address" ON "mail_suppressions"("shop_id", "address_hash");
CREATE INDEX "mail_suppressions_created" ON "mail_suppressions"("shop_id", "created_at", "customer_id");
CREATE INDEX "mail_suppressions_untold" ON "mail_suppressions"("shop_id") WHERE "tell_shopify";

CREATE TABLE "survey_answers" (
    "shop_id" BIGINT NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "words" TEXT,
    "answered_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "survey_answers_pkey" PRIMARY KEY ("shop_id","campaign_id","customer_id"),
    CONSTRAINT "survey_answers_reason" CHECK ("reason" ~ '^[a-z][a-z-]{1,30}$'),
    CONSTRAINT "survey_answers_words" CHECK (char_length("words") BETWEEN 1 AND 1000)
);
CREATE INDEX "survey_answers_customer" ON "survey_answers"("shop_id", "customer_id");

GRANT SELECT, INSERT, UPDATE, DELETE ON "mail_settings", "mail_minutes", "mail_suppressions", "survey_answers"
  TO rekindle_app;
ALTER TABLE "mail_settings" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "mail_settings" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "mail_settings"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "mail_minutes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "mail_minutes" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "mail_minutes"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "mail_suppressions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "mail_suppressions" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "mail_suppressions"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "survey_answers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "survey_answers" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "survey_answers"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
