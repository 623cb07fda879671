export { runCli } from './cli.js'
export { exitCodes } from './exit-codes.js'
export { buildProgram } from './program.js'
