/** Every error code of `@kintsugi/plugin-dcpt`, alphabetical, with what it means. */
export const codes = {
  E_DCPT_CLASSES: 'The names of the classes are not known, or are of another number than the classifier has classes.',
  E_DCPT_FEATURES: 'Feature vectors do not fit each other or what reads them.',
  E_DCPT_GROUPS: 'There are too few labelled items to fit a classifier.',
  E_DCPT_LAYER: 'A network has no layer of this name.',
  E_DCPT_MODEL: 'A model is of the wrong kind: no classifier, no checkpoint, or a graph that cannot be hooked.',
} as const

/** A stable error code of this package. */
export type DcptErrorCode = keyof typeof codes
