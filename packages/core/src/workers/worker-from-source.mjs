// Entry of worker threads when the packages run from their TypeScript sources: tsx does not register itself in threads.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
