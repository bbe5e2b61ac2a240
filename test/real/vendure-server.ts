/** The Vendure that the tests of this folder speak to; README.md says how to have one. */
export const { LEITSTERN_VENDURE_URL: baseUrl = '', LEITSTERN_VENDURE_API_KEY: apiKey = '' } = process.env

/** Appended to the name of a test that needs it: a skip line has to say why. */
export const needsVendure =
  baseUrl && apiKey ? '' : ' (skipped: LEITSTERN_VENDURE_URL and LEITSTERN_VENDURE_API_KEY are not both set)'
