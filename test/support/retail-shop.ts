import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { profileSettings } from '../../core/profile/settings.ts'

/** The product that a segment is about: a white hanging heart t-light holder. */
export const heart = '85123A'

/**
 * profile.yaml as shipped, but revenue counts from the first order on, and the import makes up the address that the
 * data set leaves out.
 */
export const shopProfile = (): Record<string, unknown> => {
  const { imports, computed, ...shipped } = profileSettings.parse(parse(readFileSync('config/profile.yaml', 'utf8')))
  const { within: _, ...revenue } = computed.revenue ?? {}
  const email = "{% if CustomerID != '' %}c{{ CustomerID | split: '.' | first }}@retail.example{% endif %}"
  return {
    ...shipped,
    computed: { ...computed, revenue },
    imports: { 'shop-orders': { ...imports['shop-orders'], email } },
  }
}
