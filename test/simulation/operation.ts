import type { World } from './world.ts'

/** Something that happens to the hub, in it or around it. Its line is written when it begins: a crash may end it. */
export interface Operation {
  readonly weight: number
  /** It judges what is there at one instant, so that nothing else may happen meanwhile. */
  readonly alone?: boolean
  readonly play: (world: World) => Promise<void>
}
