/** The Vendure that tests in this folder speak to; README.md says how to run one. */
export const { LEITSTERN_VENDURE_URL: baseUrl = '', LEITSTERN_VENDURE_API_KEY: apiKey = '' } = process.env

/** Ends a test's name when there is none. */
export const needsVendure =
  baseUrl && apiKey ? '' : ' (skipped: LEITSTERN_VENDURE_URL and LEITSTERN_VENDURE_API_KEY are not both set)'
