import { z } from 'zod'
import { answering } from './asked.ts'
import { runners } from './evaluators.ts'
import { peopleOf } from './people.ts'

/** One evaluator alone in its process: another's objects would spoil what the engine has learned of its own. */
const { BENCH_ENGINE, BENCH_RULES, BENCH_PEOPLE } = z
  .object({
    BENCH_ENGINE: z.enum(['leitstern', 'json-logic-engine', 'growthbook']),
    BENCH_RULES: z.coerce.number(),
    BENCH_PEOPLE: z.coerce.number(),
  })
  .parse(process.env)
const runner = runners[BENCH_ENGINE](BENCH_RULES, peopleOf(BENCH_PEOPLE))
answering({
  matches: runner.matches,
  run: (passes) => {
    for (let left = z.number().parse(passes); left > 0; left--) runner.run()
  },
})
