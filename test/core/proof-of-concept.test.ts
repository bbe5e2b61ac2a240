import { describe, expect, it } from 'vitest'
import { knownPlugins, readConfig } from '../../core/flow/configure.ts'

const file = 'templates/proof-of-concept/hub.yaml'

describe('the proof of concept that ships as a template', async () => {
  const read = readConfig(file, {}, await knownPlugins(file))

  it('is sound as it stands, its examples too', () => {
    expect('problems' in read ? read.problems : []).toEqual([])
  })

  it('draws one cohort for all of its channels', () => {
    if ('problems' in read) throw new Error('it cannot be read')
    const { rollouts, connectors } = read.config
    expect(rollouts.poc?.connectors).toEqual(Object.keys(connectors))
    expect(Object.values(connectors).map(({ phase }) => phase)).toEqual(['observe', 'observe', 'observe'])
  })
})
