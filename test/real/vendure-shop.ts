import { z } from 'zod'

export type Query = (query: string) => Promise<Readonly<Record<string, unknown>>>
const answer = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.unknown().optional() })
const node = z.object({ id: z.string() })

/** Speaks to a Vendure server as its administrator would. Throws on every error that it answers. */
export const shopAt = (url: string, apiKey: string): Query => {
  const headers = { 'content-type': 'application/json', 'vendure-api-key': apiKey }
  return async (query) => {
    const response = await fetch(`${url}/admin-api`, { method: 'POST', headers, body: JSON.stringify({ query }) })
    const { data, errors } = answer.parse(await response.json())
    const said = JSON.stringify(data ?? {})
    if (errors || !data || /Error"/.test(said)) throw new Error(`${query}: ${JSON.stringify(errors)} ${said}`)
    return data
  }
}
const idIn = (data: Readonly<Record<string, unknown>>, name: string): string => {
  const value = data[name]
  return node.parse(Array.isArray(value) ? value[0] : value).id
}
const failed = '... on ErrorResult { errorCode message }'
const dated = z.object({ updatedAt: z.string() })
const lists = z.object({
  zones: z.object({ items: z.array(node) }),
  shippingMethods: z.object({ items: z.array(node) }),
  productVariants: z.object({ items: z.array(node) }),
})

const openShop = async (query: Query) => {
  const zone = idIn(await query('mutation { createZone(input: { name: "Everywhere" }) { id } }'), 'createZone')
  const germany = '{ code: "DE", enabled: true, translations: [{ languageCode: en, name: "Germany" }] }'
  const country = idIn(await query(`mutation { createCountry(input: ${germany}) { id } }`), 'createCountry')
  await query(`mutation { addMembersToZone(zoneId: "${zone}", memberIds: ["${country}"]) { id } }`)
  const channel = idIn(await query('{ activeChannel { id } }'), 'activeChannel')
  await query(`mutation { updateChannel(input: { id: "${channel}", defaultTaxZoneId: "${zone}",
    defaultShippingZoneId: "${zone}", pricesIncludeTax: true }) { __typename ${failed} } }`)
  const tax = idIn(
    await query('mutation { createTaxCategory(input: { name: "Standard" }) { id } }'),
    'createTaxCategory',
  )
  await query(`mutation { createTaxRate(input: { name: "VAT", enabled: true, value: 19,
    categoryId: "${tax}", zoneId: "${zone}" }) { id } }`)
  await query(`mutation { createShippingMethod(input: { code: "post", fulfillmentHandler: "manual-fulfillment",
    checker: { code: "default-shipping-eligibility-checker", arguments: [{ name: "orderMinimum", value: "0" }] },
    calculator: { code: "default-shipping-calculator", arguments: [{ name: "rate", value: "0" },
      { name: "includesTax", value: "auto" }, { name: "taxRate", value: "0" }] },
    translations: [{ languageCode: en, name: "Post", description: "" }] }) { id } }`)
  const words = '{ languageCode: en, name: "Headphones", slug: "headphones", description: "" }'
  const product = idIn(
    await query(`mutation { createProduct(input: { enabled: true, translations: [${words}] }) { id } }`),
    'createProduct',
  )
  await query(`mutation { createProductVariants(input: [{ productId: "${product}", sku: "HP-1", price: 12900,
    taxCategoryId: "${tax}", trackInventory: FALSE,
    translations: [{ languageCode: en, name: "Headphones, black" }] }]) { id } }`)
}
const shelf = async (query: Query) =>
  lists.parse(
    await query('{ zones { items { id } } shippingMethods { items { id } } productVariants { items { id } } }'),
  )

/** A shop that sells headphones for 129.00, opened where it is not open yet. */
export const stockedShop = async (query: Query) => {
  if ((await shelf(query)).productVariants.items.length === 0) await openShop(query)
  const { shippingMethods, productVariants } = await shelf(query)
  const [method, variant] = [shippingMethods.items[0]?.id, productVariants.items[0]?.id]

  /** An order for two, ready to be paid. Answers with its id and code. */
  const fill = async (customer: string) => {
    const drafted = await query('mutation { createDraftOrder { id code } }')
    const { id, code } = node.extend({ code: z.string() }).parse(drafted.createDraftOrder)
    await query(`mutation { addItemToDraftOrder(orderId: "${id}",
      input: { productVariantId: "${variant}", quantity: 2 }) { __typename ${failed} } }`)
    await query(
      `mutation { setCustomerForDraftOrder(orderId: "${id}", customerId: "${customer}") { __typename ${failed} } }`,
    )
    await query(`mutation { setDraftOrderShippingAddress(orderId: "${id}",
      input: { streetLine1: "Hauptstr. 1", countryCode: "DE" }) { id } }`)
    await query(
      `mutation { setDraftOrderShippingMethod(orderId: "${id}", shippingMethodId: "${method}") { __typename ${failed} } }`,
    )
    await query(`mutation { transitionOrderToState(id: "${id}", state: "ArrangingPayment") { __typename ${failed} } }`)
    return { id, code }
  }
  const pay = (id: string) =>
    query(`mutation { addManualPaymentToOrder(input: { orderId: "${id}", method: "cash", transactionId: "t",
      metadata: {} }) { __typename ${failed} } }`)
  const cancel = (id: string) =>
    query(`mutation { cancelOrder(input: { orderId: "${id}", cancelShipping: true }) { __typename ${failed} } }`)
  const updatedAt = async (id: string) =>
    dated.parse((await query(`{ order(id: "${id}") { updatedAt } }`)).order).updatedAt
  return { fill, pay, cancel, updatedAt }
}
