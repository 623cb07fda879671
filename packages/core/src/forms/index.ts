export { checkForm } from './check.js'
export { compileForm, formKeys, hasForms } from './compile.js'
export { evaluateForm, type FormValues } from './evaluate.js'
export type { Form, FormNames, FormWhere } from './form.js'
export { type Possible, type PossibleNames, possibleValues } from './possible.js'
export { type FormUses, formUses } from './uses.js'
export {
  applyDefaults,
  compileParams,
  compileSchema,
  faultError,
  type SchemaFault,
  type Validator,
} from './validate.js'
