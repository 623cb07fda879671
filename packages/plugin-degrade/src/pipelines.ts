const file = (name: string): URL => new URL(`../pipelines/${name}.yaml`, import.meta.url)

/** Published degradation models as node types that are pipeline files: `degrade/NAME` is `pipelines/NAME.yaml`. */
export const pipelines: Readonly<Record<string, URL>> = Object.fromEntries(
  [
    'bsrgan',
    'bsrgan-blur',
    'cdd-11',
    'dasr',
    'dasr-blur',
    'dasr-one-stage',
    'dasr-severe',
    'dasr-standard',
    'dasr-weak',
    'dcpt-five',
    'dcpt-ten',
    'hyperres-jpeg',
    'hyperres-noise',
    'hyperres-sr',
    'real-esrgan',
    'real-esrgan-blur',
    'real-esrgan-x2plus',
  ].map((name) => [`degrade/${name}`, file(name)]),
)
