"""The corruptions of ImageNet-C (hendrycks/robustness) with OpenCV, NumPy, SciPy's formulas and Pillow, in float32, cut down to 8-bit levels."""

import io

import cv2
import numpy as np
from PIL import Image

rng = np.random.default_rng(0)


def finished(x):
    return np.float32(np.uint8(np.clip(x, 0, 1) * np.float32(255))) / 255


def to_bytes(image):
    return np.uint8(np.clip(np.rint(image * 255), 0, 255))


def normal(shape, deviation):
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(deviation)


def corrupt_gaussian_noise(image, c):
    return finished(image + normal(image.shape, c))


def corrupt_speckle_noise(image, c):
    return finished(image + image * normal(image.shape, c))


def corrupt_shot_noise(image, c):
    return finished(rng.poisson(image * c) / np.float32(c))


def corrupt_impulse_noise(image, c):
    out = image.copy()
    flipped = rng.random(out.shape) <= c
    salted = rng.random(out.shape) <= 0.5
    out[flipped & salted] = 1
    out[flipped & ~salted] = 0
    return finished(out)


def corrupt_defocus_blur(image, radius, alias):
    grid = np.arange(-max(8, radius), max(8, radius) + 1)
    disk = np.float32(grid[:, None] ** 2 + grid**2 <= radius**2)
    size = 3 if radius <= 8 else 5
    disk = cv2.GaussianBlur(disk / disk.sum(), (size, size), alias)
    return finished(cv2.filter2D(image, -1, disk))


def corrupt_gaussian_blur(image, sigma):
    size = 2 * int(4 * sigma + 0.5) + 1
    return finished(cv2.GaussianBlur(image, (size, size), sigma, borderType=cv2.BORDER_REPLICATE))


def corrupt_motion_blur(image, radius, sigma, angle=30):
    """As bethgelab/imagecorruptions: copies moved by whole pixels, weighted and added up."""
    height, width, _ = image.shape
    count = 2 * radius + 1
    gains = np.exp(-(np.arange(count) ** 2) / (2 * sigma**2))
    gains = np.float32(gains / gains.sum())
    padded = cv2.copyMakeBorder(image, count, count, count, count, cv2.BORDER_REPLICATE)
    out = np.zeros_like(image)
    for i, gain in enumerate(gains):
        dx = int(np.ceil(i * np.cos(np.radians(angle)) - 0.5)) + count
        dy = int(np.ceil(i * np.sin(np.radians(angle)) - 0.5)) + count
        out += gain * padded[dy : dy + height, dx : dx + width]
    return finished(out)


def corrupt_zoom_blur(image, step, count):
    """Copies enlarged about the middle with corners aligned, by `warpAffine`."""
    height, width, _ = image.shape
    out = image.copy()
    for factor in 1 + step * np.arange(count):
        rows = []
        for size in (width, height):
            cropped = int(np.ceil(size / factor))
            enlarged = round(cropped * factor)
            scale = (cropped - 1) / (enlarged - 1)
            rows.append((scale, (size - cropped) // 2 + (enlarged - size) // 2 * scale))
        (sx, tx), (sy, ty) = rows
        out += cv2.warpAffine(
            image, np.float64([[sx, 0, tx], [0, sy, ty]]), (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
    return finished(out / np.float32(count + 1))


def corrupt_brightness(image, c):
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hsv[..., 2] = np.clip(hsv[..., 2] + np.float32(c), 0, 1)
    return finished(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))


def corrupt_saturate(image, factor, offset):
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hsv[..., 1] = np.clip(hsv[..., 1] * np.float32(factor) + np.float32(offset), 0, 1)
    return finished(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))


def corrupt_contrast(image, c):
    mean = image.mean((0, 1), keepdims=True)
    return finished((image - mean) * np.float32(c) + mean)


def corrupt_elastic_transform(image, alpha, sigma, affine):
    height, width, _ = image.shape
    middle, square = np.float32([width // 2, height // 2]), min(width, height) // 3
    corners = middle + square * np.float32([[1, 1], [1, -1], [-1, -1]])
    moved = corners + rng.uniform(-affine, affine, (3, 2)).astype(np.float32)
    warped = cv2.warpAffine(image, cv2.getAffineTransform(corners, moved), (width, height), borderMode=cv2.BORDER_REFLECT_101)
    size = 2 * int(3 * sigma + 0.5) + 1
    dx, dy = (
        cv2.GaussianBlur(2 * rng.random((height, width), dtype=np.float32) - 1, (size, size), sigma) * np.float32(alpha)
        for _ in (0, 1)
    )
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    return finished(cv2.remap(warped, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))


def corrupt_pixelate(image, c):
    height, width, _ = image.shape
    small = Image.fromarray(to_bytes(image)).resize((int(width * c), int(height * c)), Image.BOX)
    return np.float32(np.asarray(small.resize((width, height), Image.BOX))) / 255


def corrupt_jpeg_compression(image, quality):
    file = io.BytesIO()
    Image.fromarray(to_bytes(image)).save(file, "JPEG", quality=quality)
    return np.float32(np.asarray(Image.open(file))) / 255


OPERATORS = {name: function for name, function in globals().items() if name.startswith("corrupt_")}
