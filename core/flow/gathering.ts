import type { Writer, WriterLane } from './writer.ts'

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly tell: (answer: Answer) => void
  readonly fail: (error: unknown) => void
}

/** What waits for the writer at the same time shares one job, and so one commit. What makes it fail spoils only itself. */
export const createGathering = <Item, Answer>(
  writer: Writer,
  { lane, most }: { readonly lane: WriterLane; readonly most: number },
  job: (items: readonly Item[]) => Promise<Answer>,
): ((item: Item) => Promise<Answer>) => {
  const waiting: Waiting<Item, Answer>[] = []
  let scheduled = false

  const attempt = async (batch: readonly Waiting<Item, Answer>[]): Promise<void> => {
    try {
      const answer = await job(batch.map(({ item }) => item))
      for (const { tell } of batch) tell(answer)
    } catch (error) {
      if (batch.length > 1) for (const one of batch) await attempt([one])
      else for (const { fail } of batch) fail(error)
    }
  }
  const work = async (): Promise<void> => {
    const batch = waiting.splice(0, most)
    scheduled = false
    schedule()
    await attempt(batch)
  }
  const schedule = (): void => {
    if (scheduled || waiting.length === 0) return
    scheduled = true
    void writer.run(lane, work)
  }
  return (item) =>
    new Promise((tell, fail) => {
      waiting.push({ item, tell, fail })
      schedule()
    })
}
