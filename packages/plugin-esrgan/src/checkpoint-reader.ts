export { checkpointReader } from '@kintsugi/nn'
