import type { Limits } from '../contract/limits.ts'

/** What config may say of a connector's limits. */
type Own = { readonly [Name in 'batch' | 'concurrency' | 'perSecond' | 'timeoutMs']?: number | undefined }

const least = <Name extends 'readBatch' | 'eraseBatch'>(vendor: Limits, name: Name, batch: number) => {
  const size = vendor[name]
  return size === undefined ? {} : { [name]: Math.min(size, batch) }
}

/** The vendor's limits, made tighter where config says so; never looser. A tighter rate has no burst but the vendor's own. */
export const tightened = (vendor: Limits, own: Own): Limits => {
  const ownBatch = own.batch ?? Number.POSITIVE_INFINITY
  return {
    ...vendor,
    batch: Math.min(vendor.batch, ownBatch),
    ...least(vendor, 'readBatch', ownBatch),
    ...least(vendor, 'eraseBatch', ownBatch),
    concurrency: Math.min(vendor.concurrency, own.concurrency ?? vendor.concurrency),
    perSecond: Math.min(vendor.perSecond, own.perSecond ?? vendor.perSecond),
    timeoutMs: Math.min(vendor.timeoutMs, own.timeoutMs ?? vendor.timeoutMs),
  }
}
