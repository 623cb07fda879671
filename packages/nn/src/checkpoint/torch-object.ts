import type { StorageReference } from './pickle.js'
import type { TensorData } from './tensor.js'

/** What torch.save wrote: an object whose tensors refer to storages, and those storages, read when asked for. */
export interface TorchObject {
  readonly root: unknown
  storage(reference: StorageReference): TensorData
}
