export { codes, type ErrorCode } from './codes.js'
export { type ErrorData, type ErrorDetails, fromErrorData, KintsugiError, type Place, toErrorData } from './error.js'
export { fileFault } from './file-fault.js'
