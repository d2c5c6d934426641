/** Why somebody stopped buying, as the page of the survey asks. */
export const SURVEY_REASONS = [
  'price',
  'not-needed',
  'elsewhere',
  'choice',
  'quality',
  'delivery',
  'service',
  'too-many-mails',
  'other',
] as const;
export type SurveyReason = (typeof SURVEY_REASONS)[number];

/** Characters that an answer in somebody's own words may have. */
export const LONGEST_ANSWER = 1000;
