// cli-progress ships no declarations; these are the parts that the progress bar uses.
declare module 'cli-progress' {
  export interface BarOptions {
    format: string
    barsize?: number
    barCompleteChar?: string
    barIncompleteChar?: string
    hideCursor?: boolean
    clearOnComplete?: boolean
    gracefulExit?: boolean
    stream?: NodeJS.WritableStream
  }
  export class SingleBar {
    constructor(options: BarOptions)
    start(total: number, value: number, payload?: object): void
    update(value: number, payload?: object): void
    setTotal(total: number): void
    stop(): void
  }
  const cliProgress: { SingleBar: typeof SingleBar }
  export default cliProgress
}
