import { catalogueOf } from '../../core/host/catalogue.ts'
import { examine } from './examine.ts'

/** What `leitstern connectors new` begins a plugin with. */
await examine(catalogueOf(new URL('../../templates/', import.meta.url)))
