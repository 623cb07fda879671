"""Weather, light, cameras and what hides parts of an image, with OpenCV and NumPy in float32, as the published models define them."""

import cv2
import numpy as np

rng = np.random.default_rng(0)


def box(plane, size):
    return cv2.blur(plane, (size, size), borderType=cv2.BORDER_REFLECT_101)


def guided(guide, plane, size, epsilon):
    """The guided filter (He, Sun and Tang 2010) by box means."""
    mean_guide, mean_plane = box(guide, size), box(plane, size)
    slope = (box(guide * plane, size) - mean_guide * mean_plane) / (box(guide * guide, size) - mean_guide**2 + epsilon)
    return box(slope, size) * guide + box(mean_plane - slope * mean_guide, size)


def scatter(image, transmission, light):
    t = transmission[..., None]
    return np.clip(image * t + np.float32(light) * (1 - t), 0, 1)


def haze(image, layer, beta, light):
    return scatter(image, np.exp(np.float32(-beta) * layer), light)


def haze_cdd(image, layer, beta, light):
    """`syn_haze` of OneRestore: nearness, a box of 22, depth of at most 0.7."""
    return scatter(image, np.exp(np.float32(-beta) * np.minimum(1 - box(layer, 22), np.float32(0.7))), light)


def haze_estimated(image, beta, light):
    """Depth by the colour attenuation prior (Zhu, Mai and Shao 2015), stretched to 0..1."""
    most, least = image.max(2), image.min(2)
    rough = np.float32(0.121779) + np.float32(0.95971) * most - np.float32(0.780245) * (most - least) / np.maximum(most, np.float32(1e-9))
    depth = guided(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.erode(rough, np.ones((15, 15), np.uint8)), 121, 1e-3)
    depth = (depth - depth.min()) / (depth.max() - depth.min())
    return scatter(image, np.exp(np.float32(-beta) * depth), light)


def rain(image, layer):
    return np.clip(image + layer[..., None], 0, 1)


def streaks(shape, density, footprint, brightness):
    """Sparse noise blurred by the footprint of a particle: the usual synthesis of rain and of snow."""
    seeds = (rng.random(shape, dtype=np.float32) < density) * (brightness * (1 - 0.5 * rng.random(shape, dtype=np.float32)))
    return np.minimum(cv2.filter2D(np.float32(seeds), -1, footprint), 1)


def rain_drawn(image, density, length, brightness):
    return rain(image, streaks(image.shape[:2], density, np.ones((length, 1), np.float32), brightness))


def snow(image, layer, color):
    return np.clip(image + (np.float32(color) - image) * layer[..., None], 0, 1)


def snow_drawn(image, density, width, length, brightness, color):
    flake = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width + length)).astype(np.float32)
    return snow(image, streaks(image.shape[:2], density, flake, brightness), color)


def normal(shape, deviation):
    return np.random.standard_normal(shape).astype(np.float32) * np.float32(deviation)


def low_light(image, alpha, beta, gamma, sigma):
    dark = np.float32(beta) * np.power(np.float32(alpha) * image, np.float32(gamma))
    return np.clip(dark + normal(image.shape, sigma / 255), 0, 1) if sigma else np.clip(dark, 0, 1)


def low_light_retinex(image, layer, gamma, sigma):
    """`syn_low` of OneRestore for a given light map."""
    gray = np.float32(cv2.cvtColor(np.uint8(np.rint(image * 255)), cv2.COLOR_RGB2GRAY)) / 255
    light = guided(layer, gray, 3, 0.01)[..., None]
    dark = image / (light + np.float32(1e-7)) * (light + np.float32(1e-7)) ** np.float32(gamma)
    return np.clip(dark + normal(image.shape, sigma / 255), 0, 1) if sigma else np.clip(dark, 0, 1)


def to_linear(x):
    return np.where(x <= 0.04045, x / np.float32(12.92), ((x + np.float32(0.055)) / np.float32(1.055)) ** np.float32(2.4))


def from_linear(x):
    return np.where(x <= 0.0031308, np.float32(12.92) * x, np.float32(1.055) * x ** np.float32(1 / 2.4) - np.float32(0.055))


def under_exposure(image, stops, sigma):
    light = to_linear(image) * np.float32(2**-stops)
    return from_linear(np.clip(light + normal(image.shape, sigma / 255), 0, 1) if sigma else np.clip(light, 0, 1))


def over_exposure(image, stops):
    return from_linear(np.clip(to_linear(image) * np.float32(2**stops), 0, 1))


COLOURS = {"rggb": [[0, 1], [1, 2]]}


def measured(image):
    """One sample per pixel, RGGB."""
    raw = np.empty(image.shape[:2], image.dtype)
    for y in (0, 1):
        for x in (0, 1):
            raw[y::2, x::2] = image[y::2, x::2, COLOURS["rggb"][y][x]]
    return raw


def mosaic_edge_aware(image):
    raw = measured(np.uint8(np.clip(np.rint(image * 255), 0, 255)))
    return np.float32(cv2.cvtColor(raw, cv2.COLOR_BayerBG2RGB_EA)) / 255


def interpolated(raw):
    """Bilinear demosaicing: each colour's samples over 0, filtered."""
    planes = np.zeros((*raw.shape, 3), np.float32)
    for y in (0, 1):
        for x in (0, 1):
            planes[y::2, x::2, COLOURS["rggb"][y][x]] = raw[y::2, x::2]
    wide = np.float32([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 4
    narrow = np.float32([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 4
    return cv2.merge([cv2.filter2D(np.ascontiguousarray(planes[..., c]), -1, (wide, narrow, wide)[c]) for c in range(3)])


def mosaic_bilinear(image):
    return interpolated(measured(image))


CAMERA = np.float32(
    [[1.0234, -0.2969, -0.2266], [-0.5625, 1.6328, -0.0469], [-0.0703, 0.2188, 0.6406]]
) @ np.float32([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])
CAMERA /= CAMERA.sum(1, keepdims=True)


def camera_noise(image, shot, read, exposure=1.25, red=2.15, blue=1.7):
    """Brooks et al. 2019 (unprocess.py and process.py), with the tone curve applied again."""
    gains = np.float32([1 / red, 1, 1 / blue]) / np.float32(exposure)
    tone = np.float32(0.5) - np.sin(np.arcsin(1 - 2 * np.clip(image, 0, 1)) / 3)
    light = np.maximum(tone, np.float32(1e-8)) ** np.float32(2.2) @ CAMERA.T
    bright = (np.maximum(light.mean(2, keepdims=True) - np.float32(0.9), 0) / np.float32(0.1)) ** 2
    light = np.clip(light * np.maximum(bright + (1 - bright) * gains, gains), 0, 1)
    raw = measured(light)
    raw = raw + normal(raw.shape, 1) * np.sqrt(np.float32(shot) * raw + np.float32(read))
    light = np.clip(interpolated(np.clip(raw, 0, 1)) * np.float32([red, 1, blue]), 0, 1)
    light = np.clip(light @ np.linalg.inv(CAMERA).astype(np.float32).T * np.float32(exposure), 0, 1)
    gamma = np.maximum(light, np.float32(1e-8)) ** np.float32(1 / 2.2)
    return gamma**2 * (3 - 2 * gamma)


def lines(image, count, thickness):
    height, width, _ = image.shape
    mask = np.zeros((height, width), np.float32)
    for _ in range(count):
        ends = [(int(rng.integers(width)), int(rng.integers(height))) for _ in (0, 1)]
        cv2.line(mask, *ends, 1, thickness)
    return np.clip(image + mask[..., None], 0, 1)


OPERATORS = {
    function.__name__: function
    for function in (
        haze,
        haze_cdd,
        haze_estimated,
        rain,
        rain_drawn,
        snow,
        snow_drawn,
        low_light,
        low_light_retinex,
        under_exposure,
        over_exposure,
        mosaic_edge_aware,
        mosaic_bilinear,
        camera_noise,
        lines,
    )
}
