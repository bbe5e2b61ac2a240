/** What a simulation that deserves its name comes upon, again and again; a suite of seeds that never does fails. */
export const rareBranches = [
  'a crash fell between load and commit',
  'a crash fell between commit and answer',
  'a crash fell between send and acknowledgement',
  'a crash fell while the hub was starting',
  'a request reached its tool after its process had died',
  'a restart found another configuration',
  'a due instant passed while the hub was down',
  'several due instants of one customer passed unseen',
  'a decision was overtaken between choosing and sending',
  'a merge found two incumbents',
  'a contested address split a component',
  'a shared device linked nobody',
  'a split took a customer apart',
  'a cap was exhausted',
  'a re-used message id was set aside',
  'a repeated message changed nothing',
  "an erased person's late message was set aside",
  'an erased person came back',
  'an erasure waited for a phase that writes',
  'a batch was half accepted',
  'an answer was lost after the tool had applied it',
  'a tool throttled',
  'a job outlived the process that had sent it',
  'a job ended after something newer was wanted',
  'a job was made of a push that had no answer',
  'a job that had ended was known no more',
  'an erasure waited for a job',
  'a refused key paused a connector',
  'a breaker opened',
  'a contact became a dead letter',
  'a contact was deleted in the tool, and written anew',
  'drift on a field of the hub was repaired',
  'a field was left to somebody who kept changing it',
  'a retraction met a value changed by hand',
  'a retraction gave back what the tool held before',
  'a retiring was finished',
  'a tool was restored from a backup',
  'consent was withdrawn from somebody who had been written',
  'a pilot wrote to its cohort, and left others alone',
  'a clock change was crossed',
  'a publication changed what somebody is shown',
] as const
export type RareBranch = (typeof rareBranches)[number]

/** Which of them were reached, and how often. */
export interface Sometimes {
  readonly reached: (branch: RareBranch) => void
  readonly counts: () => ReadonlyMap<RareBranch, number>
}
export const createSometimes = (): Sometimes => {
  const counts = new Map<RareBranch, number>(rareBranches.map((branch) => [branch, 0]))
  return { reached: (branch) => counts.set(branch, (counts.get(branch) ?? 0) + 1), counts: () => counts }
}
