# Reference implementations of metrics in numpy, scipy and scikit-image, timed on one thread: reads planes of 8-bit RGB from
# two files, then for each line on standard input (a metric's name) computes it once and answers with milliseconds and score.
import os, sys, time
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import math
import numpy as np
from scipy import ndimage
from scipy.special import gamma
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

side = int(sys.argv[1])
image, reference = (np.fromfile(path, np.uint8).reshape(side, side, 3) for path in sys.argv[2:4])
parameters = sys.argv[4] if len(sys.argv) > 4 else None


def luma(rgb):
    return np.round(rgb.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))


def psnr():
    return peak_signal_noise_ratio(reference, image, data_range=255)


def ssim():
    return structural_similarity(reference, image, data_range=255, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)


def ms_ssim():
    offsets = np.arange(11) - 5
    taps = np.exp(-(offsets**2) / (2 * 1.5**2))
    taps /= taps.sum()

    def blur(x):
        x = ndimage.correlate1d(ndimage.correlate1d(x, taps, axis=0), taps, axis=1)
        return x[5:-5, 5:-5]

    x, y = luma(image), luma(reference)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    score = 1
    for scale, weight in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):
        if scale > 0:
            x, y = ((p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2]) / 4 for p in (x, y))
        mx, my = blur(x), blur(y)
        sx, sy, sxy = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
        contrast = np.maximum((2 * sxy + c2) / (sx + sy + c2), 0)
        value = contrast if scale < 4 else contrast * (2 * mx * my + c1) / (mx * mx + my * my + c1)
        score *= value.mean() ** weight
    return score


def gmsd():
    kernel = np.array([[1, 0, -1]] * 3) / 3
    magnitudes = []
    for rgb in (image, reference):
        y = luma(rgb)
        y = (y[::2, ::2] + y[1::2, ::2] + y[::2, 1::2] + y[1::2, 1::2]) / 4
        gx = ndimage.convolve(y, kernel, mode="constant")
        gy = ndimage.convolve(y, kernel.T, mode="constant")
        magnitudes.append(np.sqrt(gx * gx + gy * gy))
    a, b = magnitudes
    return ((2 * a * b + 170) / (a * a + b * b + 170)).std(ddof=1)


shapes = np.arange(0.2, 10.001, 0.001)
ratios = gamma(2 / shapes) ** 2 / (gamma(1 / shapes) * gamma(3 / shapes))


def fit(block):
    block = block.ravel()
    left = np.sqrt(np.mean(block[block < 0] ** 2))
    right = np.sqrt(np.mean(block[block > 0] ** 2))
    q = left / right
    r = np.mean(np.abs(block)) ** 2 / np.mean(block**2)
    a = shapes[np.argmin((ratios - r * (q**3 + 1) * (q + 1) / (q**2 + 1) ** 2) ** 2)]
    scale = np.sqrt(gamma(1 / a) / gamma(3 / a))
    return a, left * scale, right * scale


def niqe():
    rgb = image.astype(np.float64)
    y = np.round(16 + rgb @ np.array([65.481, 128.553, 24.966]) / 255)
    rows, columns = y.shape[0] // 96, y.shape[1] // 96
    y = y[: rows * 96, : columns * 96]
    offsets = np.arange(7) - 3
    window = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * (7 / 6) ** 2))
    window /= window.sum()
    features = []
    for size in (96, 48):
        mean = ndimage.convolve(y, window, mode="nearest")
        deviation = np.sqrt(np.abs(ndimage.convolve(y * y, window, mode="nearest") - mean * mean))
        z = (y - mean) / (deviation + 1)
        of_scale = []
        for column in range(columns):
            for row in range(rows):
                block = z[row * size : (row + 1) * size, column * size : (column + 1) * size]
                a, left, right = fit(block)
                found = [a, (left + right) / 2]
                for shift in ((0, 1), (1, 0), (1, 1), (1, -1)):
                    a, left, right = fit(block * np.roll(block, shift, axis=(0, 1)))
                    found += [a, (right - left) * gamma(2 / a) / gamma(1 / a), left, right]
                of_scale.append(found)
        features.append(np.array(of_scale))
        if size == 96:
            taps = np.array([-0.01171875, -0.03515625, 0.11328125, 0.43359375])
            taps = np.concatenate([taps, taps[::-1]])
            for axis in (0, 1):
                y = ndimage.correlate1d(y, taps, axis=axis, mode="reflect", origin=-1)
                y = y[::2] if axis == 0 else y[:, ::2]
    features = np.concatenate(features, axis=1)
    pristine = np.fromfile(parameters, np.float64)
    mean, covariance = pristine[:36], pristine[36:].reshape(36, 36)
    difference = mean - features.mean(0)
    pooled = np.linalg.pinv((covariance + np.cov(features, rowvar=False)) / 2)
    return math.sqrt(difference @ pooled @ difference)


metrics = {"psnr": psnr, "ssim": ssim, "ms-ssim": ms_ssim, "gmsd": gmsd, "niqe": niqe}
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    score = metrics[line.strip()]()
    print((time.perf_counter() - started) * 1000, score, flush=True)
