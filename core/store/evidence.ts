import type { Claim, Component, ConsentClaim, Edge, Node } from '../profile/component.ts'

/** All of a component but its events, which have rows of their own. */
export type Evidence = Omit<Component, 'events'>

/** What many claims of one message have in common. */
type Statement = Omit<Claim, 'trait' | 'value'>
type PackedNode = readonly [id: string, type: string, value: string, firstAt: number]
type PackedEdge = readonly [a: number, b: number, firstAt: number, lastAt: number]
type PackedStatement = readonly [node: number, source: string, at: number, hash: string]
type PackedConsent = readonly [node: number, purpose: string, granted: boolean, source: string, at: number]
type PackedClaim = readonly [statement: number, trait: string, value: unknown]
type Packed = readonly [
  nodes: readonly PackedNode[],
  edges: readonly PackedEdge[],
  statements: readonly PackedStatement[],
  claims: readonly PackedClaim[],
  consents: readonly PackedConsent[],
]

/** Whether two components rest on the very same evidence: a commit that only adds events writes no evidence. */
export const sameEvidence = (a: Evidence, b: Evidence): boolean =>
  a.nodes === b.nodes && a.edges === b.edges && a.claims === b.claims && a.consents === b.consents

const isOf = (statement: Statement, claim: Claim): boolean =>
  statement.at === claim.at &&
  statement.hash === claim.hash &&
  statement.source === claim.source &&
  statement.node === claim.node

/** As lists in a fixed order, for objects would repeat their keys and ids in every entry: a fifth of the size, and of the time. */
export const packEvidence = (evidence: Evidence): string => {
  const places = new Map(evidence.nodes.map((node, place) => [node.id, place]))
  const placeOf = (node: string): number => places.get(node) ?? -1
  const statements: Statement[] = []
  const statementOf = (claim: Claim): number => {
    const known = statements.findIndex((statement) => isOf(statement, claim))
    return known === -1 ? statements.push(claim) - 1 : known
  }
  const claims = evidence.claims.map((claim): PackedClaim => [statementOf(claim), claim.trait, claim.value])
  const packed: Packed = [
    evidence.nodes.map(({ id, type, value, firstAt }) => [id, type, value, firstAt]),
    evidence.edges.map(({ a, b, firstAt, lastAt }) => [placeOf(a), placeOf(b), firstAt, lastAt]),
    statements.map(({ node, source, at, hash }) => [placeOf(node), source, at, hash]),
    claims,
    evidence.consents.map(({ node, purpose, granted, source, at }) => [placeOf(node), purpose, granted, source, at]),
  ]
  return JSON.stringify(packed)
}

const unpackClaims = (packed: readonly PackedClaim[], statements: readonly Statement[]): readonly Claim[] => {
  const claims: Claim[] = []
  for (const [statement, trait, value] of packed) {
    const common = statements[statement]
    if (common === undefined) continue
    const { node, source, at, hash } = common
    claims.push({ node, trait, source, value, at, hash })
  }
  return claims
}

export const unpackEvidence = (id: string, text: string): Evidence => {
  const [nodes, edges, statements, claims, consents]: Packed = JSON.parse(text)
  const nodeAt = (place: number): string => nodes[place]?.[0] ?? ''
  const stated = statements.map(([node, source, at, hash]): Statement => ({ node: nodeAt(node), source, at, hash }))
  return {
    id,
    nodes: nodes.map(([id, type, value, firstAt]): Node => ({ id, type, value, firstAt })),
    edges: edges.map(([a, b, firstAt, lastAt]): Edge => ({ a: nodeAt(a), b: nodeAt(b), firstAt, lastAt })),
    claims: unpackClaims(claims, stated),
    consents: consents.map(
      ([node, purpose, granted, source, at]): ConsentClaim => ({ node: nodeAt(node), purpose, granted, source, at }),
    ),
  }
}
