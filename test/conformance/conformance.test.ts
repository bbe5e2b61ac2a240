import * as shipped from '../../core/host/catalogue.ts'
import { examine } from './examine.ts'

await examine(shipped)
