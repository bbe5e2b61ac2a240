import type { Beast } from './beast.ts'

const key = { authorization: 'Bearer letterbox-key-good' }

export const loginBeasts: readonly Beast[] = [
  {
    does: 'knows a grant by heart in place of asking for it',
    connector: { authorize: async () => ({ headers: key, expiresAt: null }) },
    caughtBy: ['authorize:'],
  },
]
