/** What the interface promises and is not built yet: answers 501 and stays out of OpenAPI. Express path -> what it will be. */
export const unbuilt: Readonly<Record<string, string>> = {
  '/': 'The console',
  '/v1/registry/draft/:kind/:key': 'Drafting the registry',
  '/v1/registry/plan': 'Planning a publication',
  '/v1/registry/rollback': 'Rolling the registry back',
  '/v1/reports/experiments/:key': 'The report of an experiment',
  '/v1/stream': 'The live stream',
}
