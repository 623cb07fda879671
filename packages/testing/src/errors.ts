/** The error codes of `@kintsugi/testing`, alphabetical, with what they mean. */
export const codes = {
  E_CONFORMANCE: 'A node type, port type or plugin does not conform.',
  E_CONFORMANCE_SETUP: 'The conformance kit cannot run what it was given.',
} as const
