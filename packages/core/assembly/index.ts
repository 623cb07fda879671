export { BLOCK, fillNormal, fillUniform, OUT, STATE } from './fill'
