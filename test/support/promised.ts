/** The routes of the public interface, by method and path. What is not built yet answers 501 and stays out of OpenAPI. */
export const promised = `
  POST /v1/identify, POST /v1/track, POST /v1/page, POST /v1/screen, POST /v1/group, POST /v1/alias, POST /v1/batch,
  POST /v1/i, POST /v1/t, POST /v1/p, POST /v1/s, POST /v1/g, POST /v1/a, POST /v1/b, POST /v1/decide,
  POST /ofrep/v1/evaluate/flags, POST /ofrep/v1/evaluate/flags/{placement},
  GET /v1/profiles, GET /v1/profiles/{id}, DELETE /v1/profiles/{id}, GET /v1/profiles/{id}/timeline,
  GET /v1/profiles/{id}/decisions, GET /v1/profiles/{id}/explain, GET /v1/profiles/{id}/channels,
  GET /v1/profiles/{id}/export, POST /v1/profiles/{id}/split,
  GET /v1/registry, GET /v1/registry/revisions, PUT /v1/registry/draft/{kind}/{key},
  DELETE /v1/registry/draft/{kind}/{key}, POST /v1/registry/plan, POST /v1/registry/publish, POST /v1/registry/rollback,
  POST /v1/segments/count, GET /v1/connectors, POST /v1/connectors/{id}/check, POST /v1/connectors/{id}/setup,
  POST /v1/connectors/{id}/pull, POST /v1/connectors/{id}/replay, POST /v1/connectors/{id}/phase,
  GET /v1/connectors/{id}/shadow, GET /v1/connectors/{id}/deliveries, GET /v1/connectors/{id}/dead-letters,
  POST /v1/hooks/{connector}, GET /v1/reports/coherence, GET /v1/reports/phases, GET /v1/reports/deliveries,
  GET /v1/reports/experiments/{key}, GET /v1/stream,
  GET /healthz, GET /readyz, GET /metrics, GET /docs, GET /sdk/leitstern.js, GET /`
  .split(',')
  .map((line) => line.trim())
