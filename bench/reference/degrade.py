"""The operators of plugin-degrade as Python code does them with OpenCV and NumPy, on one thread, timed one call at a time.

Reads `image`, float32 samples in rows of red, green and blue, and `layer`, a plane of as many pixels, from the folder given first; `width` and
`height` follow. Then each line of the standard input is a JSON object {"operator": name, "arguments": {...}, "save": path}; it is answered
with the milliseconds that the call took, elapsed and on the processor. Where there is a `save`, the result is written there as float32 samples
by channels.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import cv2
import numpy as np

import corruptions
import scenes

cv2.setNumThreads(1)
rng = np.random.default_rng(0)


def filter2d(image, kernel):
    return cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REFLECT_101)


def gaussian_blur(image, sigma):
    return cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)


def usm(image, weight=0.5, threshold=10, kernel_size=51):
    """USM sharpening as in BasicSR (basicsr/utils/img_process_util.py, usm_sharp)."""
    blur = cv2.GaussianBlur(image, (kernel_size, kernel_size), 0)
    residual = image - blur
    mask = (np.abs(residual) * 255 > threshold).astype("float32")
    soft = cv2.GaussianBlur(mask, (kernel_size, kernel_size), 0)
    sharp = np.clip(image + weight * residual, 0, 1)
    return soft * sharp + (1 - soft) * image


INTERPOLATIONS = {
    "area": cv2.INTER_AREA,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "nearest": cv2.INTER_NEAREST,
}


def resize(image, mode, width, height):
    return cv2.resize(image, (width, height), interpolation=INTERPOLATIONS[mode])


def keys(d):
    d = np.abs(d)
    return (1.5 * d**3 - 2.5 * d**2 + 1) * (d <= 1) + (-0.5 * d**3 + 2.5 * d**2 - 4 * d + 2) * ((d > 1) & (d < 2))


def matlab_axis(image, axis, scale):
    """One axis of MATLAB's `imresize`: gathered taps times weights, added up."""
    size = image.shape[axis]
    target = int(np.ceil(size * scale))
    stretch = max(1 / scale, 1)
    taps = int(np.ceil(4 * stretch)) + 2
    u = (np.arange(target) + 0.5) / scale - 0.5
    index = np.floor(u - 2 * stretch)[:, None] + np.arange(taps)
    weights = keys((index - u[:, None]) / stretch)
    weights = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    index = index.astype(np.int64) % (2 * size)
    index = np.where(index < size, index, 2 * size - 1 - index)
    shape = [1, 1, 1]
    shape[axis] = target
    out = np.zeros([target if a == axis else n for a, n in enumerate(image.shape)], np.float32)
    for k in range(taps):
        if weights[:, k].any():
            out += np.take(image, index[:, k], axis) * weights[:, k].reshape(shape)
    return out


def matlab_resize(image, scale):
    return matlab_axis(matlab_axis(image, 0, scale), 1, scale)


def gaussian_noise(image, sigma, gray=False):
    """BasicSR (basicsr/data/degradations.py, add_gaussian_noise)."""
    shape = (*image.shape[:2], 1) if gray else image.shape
    noise = np.float32(np.random.randn(*shape)) * sigma / 255.0
    return np.clip(image + noise, 0, 1)


def correlated_noise(image, sigma):
    """BSRGAN (utils/utils_blindsr.py, add_Gaussian_noise); `multivariate_normal` draws pixel by pixel."""
    covariance = np.float64([[1, 0.5, 0.2], [0.5, 1, 0.3], [0.2, 0.3, 1]]) * (sigma / 255.0) ** 2
    noise = np.random.multivariate_normal([0, 0, 0], covariance, image.shape[:2]).astype(np.float32)
    return np.clip(image + noise, 0, 1)


def speckle_noise(image, sigma):
    return np.clip(image + image * np.random.normal(0, sigma / 255.0, image.shape).astype(np.float32), 0, 1)


def poisson_noise(image, scale, gray=False):
    """BasicSR (basicsr/data/degradations.py, add_poisson_noise)."""
    source = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None] if gray else image
    source = np.clip((source * 255.0).round(), 0, 255) / 255.0
    vals = 2 ** np.ceil(np.log2(len(np.unique(source))))
    noise = np.float32(np.random.poisson(source * vals) / float(vals)) - source
    return np.clip(image + noise * scale, 0, 1)


def salt_and_pepper_noise(image, amount, salt=0.5):
    """scikit-image (skimage/util/noise.py, random_noise)."""
    out = image.copy()
    flipped = rng.random(out.shape) <= amount
    salted = rng.random(out.shape) <= salt
    out[flipped & salted] = 1
    out[flipped & ~salted] = 0
    return out


def to_bytes(image):
    return np.clip((image * 255.0).round(), 0, 255).astype(np.uint8)


def jpeg(image, quality):
    """BasicSR (basicsr/data/degradations.py, add_jpg_compression), rounded to 8 bits before."""
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(to_bytes(image), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.cvtColor(np.float32(cv2.imdecode(encoded, 1)), cv2.COLOR_BGR2RGB) / 255.0


def webp(image, quality):
    _, encoded = cv2.imencode(".webp", cv2.cvtColor(to_bytes(image), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, quality])
    return cv2.cvtColor(np.float32(cv2.imdecode(encoded, 1)), cv2.COLOR_BGR2RGB) / 255.0


LUMINANCE = np.float32(
    """16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
    18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99""".split()
).reshape(8, 8).T
CHROMINANCE = np.full((8, 8), 99, np.float32)
CHROMINANCE[:4, :4] = np.float32([[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]])
DCT = np.float32(
    [[(np.sqrt(0.5) if k == 0 else 1) * 0.5 * np.cos((2 * n + 1) * k * np.pi / 16) for n in range(8)] for k in range(8)]
)
YCC = np.float32([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
RGB = np.float32([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])


def diffjpeg(image, quality):
    """DiffJPEG of BasicSR (basicsr/utils/diffjpeg.py) in NumPy, for sides that are multiples of 16."""
    factor = np.float32((5000 / quality if quality < 50 else 200 - 2 * quality) / 100)
    height, width, _ = image.shape
    ycc = (image * np.float32(255)) @ YCC.T
    planes = [ycc[..., 0] - np.float32(128)]
    planes += [ycc[..., c].reshape(height // 2, 2, width // 2, 2).mean((1, 3)) for c in (1, 2)]
    decoded = []
    for plane, table in zip(planes, (LUMINANCE, CHROMINANCE, CHROMINANCE)):
        h, w = plane.shape
        blocks = plane.reshape(h // 8, 8, w // 8, 8).swapaxes(1, 2)
        steps = table * factor
        blocks = DCT.T @ (np.round(DCT @ blocks @ DCT.T / steps) * steps) @ DCT
        decoded.append(blocks.swapaxes(1, 2).reshape(h, w))
    decoded[0] += np.float32(128)
    decoded[1:] = [plane.repeat(2, 0).repeat(2, 1) for plane in decoded[1:]]
    return np.clip(np.stack(decoded, -1) @ RGB.T, 0, 255) / np.float32(255)


def chain(image, steps):
    for name, arguments in steps:
        image = call(name, image, arguments)
    return image


OPERATORS = {
    function.__name__: function
    for function in (
        filter2d,
        gaussian_blur,
        usm,
        resize,
        matlab_resize,
        gaussian_noise,
        correlated_noise,
        speckle_noise,
        poisson_noise,
        salt_and_pepper_noise,
        jpeg,
        webp,
        diffjpeg,
        chain,
    )
} | scenes.OPERATORS | corruptions.OPERATORS


def prepared(arguments, layer=None):
    """Kernels and layers as arrays, which is no part of what is timed."""
    if "layer" in arguments:
        return {**arguments, "layer": layer}
    if "kernel" in arguments:
        return {"kernel": np.float32(arguments["kernel"])}
    if "steps" in arguments:
        return {"steps": [(name, prepared(inner)) for name, inner in arguments["steps"]]}
    return arguments


def call(name, image, arguments):
    return OPERATORS[name](image, **arguments)


def main():
    folder, width, height = sys.argv[1:]
    image = np.fromfile(os.path.join(folder, "image"), np.float32).reshape(int(height), int(width), 3)
    layer = np.fromfile(os.path.join(folder, "layer"), np.float32).reshape(int(height), int(width))
    print(json.dumps({"opencv": cv2.__version__, "numpy": np.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        arguments = prepared(request["arguments"], layer)
        processor = time.process_time()
        started = time.perf_counter()
        result = call(request["operator"], image, arguments)
        elapsed = time.perf_counter() - started
        processor = time.process_time() - processor
        if "save" in request:
            np.float32(result).transpose(2, 0, 1).tofile(request["save"])
        print(json.dumps({"elapsed": elapsed * 1000, "processor": processor * 1000}), flush=True)


main()
