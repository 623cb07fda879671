/** Weather, light, cameras and what hides parts of an image, beside functions of `reference/scenes.py`; `layer` names the input that gets a plane. */
const scene = (name, use, params, reference, args, more = {}) => ({
  name,
  use: `degrade/${use}`,
  params,
  reference,
  args: more.layer === undefined ? args : { ...args, layer: true },
  ...more,
})

const air = { beta: 1.5, light: 0.75 }
const curve = { alpha: 0.95, beta: 0.75, gamma: 2.5 }

export const scenes = [
  scene('haze over a depth', 'haze', air, 'haze', air, { layer: 'map', tolerance: 1e-5 }),
  scene('haze of CDD-11', 'haze', { ...air, holds: 'nearness', smoothing: 22, farthest: 0.7 }, 'haze_cdd', air, {
    layer: 'map',
    tolerance: 1e-5,
  }),
  scene('haze, estimated depth', 'haze', air, 'haze_estimated', air, { tolerance: 1e-3 }),
  scene('rain, given streaks', 'rain', {}, 'rain', {}, { layer: 'streaks', tolerance: 1e-6 }),
  scene('rain, drawn', 'rain', { density: 0.005, length: 30 }, 'rain_drawn', {
    density: 0.005,
    length: 30,
    brightness: 0.6,
  }),
  scene('snow, given mask', 'snow', {}, 'snow', { color: 1 }, { layer: 'mask', tolerance: 1e-6 }),
  scene('snow, drawn', 'snow', { density: 0.002, length: 3, width: 4 }, 'snow_drawn', {
    density: 0.002,
    length: 3,
    width: 4,
    brightness: 0.9,
    color: 1,
  }),
  scene(
    'low light, curve alone',
    'low-light',
    { ...curve, sigma: 0 },
    'low_light',
    { ...curve, sigma: 0 },
    { tolerance: 1e-5 },
  ),
  scene('low light', 'low-light', { ...curve, sigma: 5 }, 'low_light', { ...curve, sigma: 5 }),
  scene(
    'low light by illumination, given, no noise',
    'low-light-retinex',
    { gamma: 2.5, sigma: 0 },
    'low_light_retinex',
    { gamma: 2.5, sigma: 0 },
    { layer: 'light', tolerance: 1e-4 },
  ),
  scene(
    'low light by illumination, given',
    'low-light-retinex',
    { gamma: 2.5, sigma: 14 },
    'low_light_retinex',
    { gamma: 2.5, sigma: 14 },
    { layer: 'light' },
  ),
  scene('under-exposure', 'under-exposure', { stops: 3, sigma: 1 }, 'under_exposure', { stops: 3, sigma: 1 }),
  scene('over-exposure', 'over-exposure', { stops: 1.5 }, 'over_exposure', { stops: 1.5 }, { tolerance: 1e-5 }),
  scene('camera noise', 'camera-noise', { cameras: [1, 0, 0, 0] }, 'camera_noise', { shot: 0.003, read: 1e-5 }),
  scene('mosaic, edge-aware', 'mosaic', {}, 'mosaic_edge_aware', {}, { tolerance: 1e-6 }),
  scene('mosaic, bilinear', 'mosaic', { demosaicing: 'bilinear' }, 'mosaic_bilinear', {}, { tolerance: 1e-6 }),
  scene('lines', 'lines', { count: 7, thickness: 7, color: 'white' }, 'lines', { count: 7, thickness: 7 }),
  {
    name: 'trajectory blur, 25x25',
    use: 'degrade/trajectory-blur',
    params: { kernel_size: 25 },
    reference: 'filter2d',
    kernel: true,
    seed: 1,
    tolerance: 1e-5,
  },
]
