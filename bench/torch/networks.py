"""Networks as their authors wrote them, for comparison: saves weights (.pth) and PyTorch's own ONNX export of each.

usage: networks.py FOLDER HEIGHT WIDTH. The modules follow the layer descriptions of NAFNet (megvii-research/NAFNet), SwinIR
(JingyunLiang/SwinIR, lightweight) and Restormer (swz30/Restormer); only their speed and agreement are measured.
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F


class ChannelNorm(nn.Module):
    """Normalisation over channels at each pixel, through the last dimension as Restormer does, or in place as NAFNet does."""

    def __init__(self, channels, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).pow(2).mean(1, keepdim=True)
        y = (x - mean) / (variance + self.eps).sqrt()
        return self.weight.view(1, -1, 1, 1) * y + self.bias.view(1, -1, 1, 1)


class TokenNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        variance = x.var(-1, keepdim=True, unbiased=False)
        return (x - mean) / torch.sqrt(variance + 1e-5) * self.weight + self.bias


def gate(x):
    first, second = x.chunk(2, dim=1)
    return first * second


class NafBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv1 = nn.Conv2d(c, 2 * c, 1)
        self.conv2 = nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
        self.conv3 = nn.Conv2d(c, c, 1)
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
        self.conv4 = nn.Conv2d(c, 2 * c, 1)
        self.conv5 = nn.Conv2d(c, c, 1)
        self.norm1 = ChannelNorm(c, 1e-6)
        self.norm2 = ChannelNorm(c, 1e-6)
        self.beta = nn.Parameter(torch.full((1, c, 1, 1), 0.3))
        self.gamma = nn.Parameter(torch.full((1, c, 1, 1), 0.3))

    def forward(self, x):
        y = gate(self.conv2(self.conv1(self.norm1(x))))
        y = x + self.conv3(y * self.sca(y)) * self.beta
        return y + self.conv5(gate(self.conv4(self.norm2(y)))) * self.gamma


class NafNet(nn.Module):
    def __init__(self, width, encoders, middle, decoders):
        super().__init__()
        self.intro = nn.Conv2d(3, width, 3, padding=1)
        self.ending = nn.Conv2d(width, 3, 3, padding=1)
        self.encoders, self.downs, self.ups = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        c = width
        for count in encoders:
            self.encoders.append(nn.Sequential(*[NafBlock(c) for _ in range(count)]))
            self.downs.append(nn.Conv2d(c, 2 * c, 2, 2))
            c *= 2
        self.middle_blks = nn.Sequential(*[NafBlock(c) for _ in range(middle)])
        for level, count in enumerate(decoders):
            self.ups.append(nn.Sequential(nn.Conv2d(c, 2 * c, 1, bias=False), nn.PixelShuffle(2)))
            c //= 2
            setattr(self, f"decoder{level}", nn.Sequential(*[NafBlock(c) for _ in range(count)]))

    def forward(self, image):
        x = self.intro(image)
        skips = []
        for blocks, down in zip(self.encoders, self.downs):
            x = blocks(x)
            skips.append(x)
            x = down(x)
        x = self.middle_blks(x)
        for level, up in enumerate(self.ups):
            x = getattr(self, f"decoder{level}")(up(x) + skips.pop())
        return self.ending(x) + image


def partition(x, ws):
    b, h, w, c = x.shape
    return x.view(b, h // ws, ws, w // ws, ws, c).permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, ws * ws, c)


def merge(windows, ws, h, w):
    x = windows.view(-1, h // ws, w // ws, ws, ws, windows.shape[-1])
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, h, w, windows.shape[-1])


def shift_mask(h, w, ws, shift):
    regions = torch.zeros(1, h, w, 1)
    number = 0
    for rows in (slice(0, -ws), slice(-ws, -shift), slice(-shift, None)):
        for columns in (slice(0, -ws), slice(-ws, -shift), slice(-shift, None)):
            regions[:, rows, columns] = number
            number += 1
    windows = partition(regions, ws).squeeze(-1)
    return (windows.unsqueeze(1) != windows.unsqueeze(2)).float() * -100.0


class WindowAttention(nn.Module):
    def __init__(self, c, ws, heads):
        super().__init__()
        self.heads, self.scale = heads, (c // heads) ** -0.5
        self.relative_position_bias_table = nn.Parameter(torch.randn((2 * ws - 1) ** 2, heads) * 0.1)
        at = torch.stack(torch.meshgrid(torch.arange(ws), torch.arange(ws), indexing="ij")).flatten(1)
        relative = (at[:, :, None] - at[:, None, :]).permute(1, 2, 0) + ws - 1
        self.register_buffer("relative_position_index", relative[..., 0] * (2 * ws - 1) + relative[..., 1])
        self.qkv = nn.Linear(c, 3 * c)
        self.proj = nn.Linear(c, c)

    def forward(self, x, mask):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q * self.scale) @ k.transpose(-2, -1)
        bias = self.relative_position_bias_table[self.relative_position_index.view(-1)].view(n, n, -1)
        scores = scores + bias.permute(2, 0, 1).unsqueeze(0)
        if mask is not None:
            scores = (scores.view(-1, mask.shape[0], self.heads, n, n) + mask[None, :, None]).view(-1, self.heads, n, n)
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, c))


class Mlp(nn.Module):
    def __init__(self, c, hidden):
        super().__init__()
        self.fc1 = nn.Linear(c, hidden)
        self.fc2 = nn.Linear(hidden, c)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class SwinBlock(nn.Module):
    def __init__(self, c, ws, heads, shift, size):
        super().__init__()
        self.ws, self.shift = ws, shift
        self.norm1, self.norm2 = nn.LayerNorm(c), nn.LayerNorm(c)
        self.attn = WindowAttention(c, ws, heads)
        self.mlp = Mlp(c, 2 * c)
        self.register_buffer("attn_mask", shift_mask(*size, ws, shift) if shift > 0 else None)

    def forward(self, x, size):
        h, w = size
        y = self.norm1(x).view(-1, h, w, x.shape[-1])
        if self.shift > 0:
            y = torch.roll(y, (-self.shift, -self.shift), (1, 2))
        y = merge(self.attn(partition(y, self.ws), self.attn_mask), self.ws, h, w)
        if self.shift > 0:
            y = torch.roll(y, (self.shift, self.shift), (1, 2))
        x = x + y.reshape(x.shape)
        return x + self.mlp(self.norm2(x))


class SwinGroup(nn.Module):
    def __init__(self, c, ws, heads, depth, size):
        super().__init__()
        self.residual_group = nn.Module()
        blocks = [SwinBlock(c, ws, heads, 0 if i % 2 == 0 else ws // 2, size) for i in range(depth)]
        self.residual_group.blocks = nn.ModuleList(blocks)
        self.conv = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x, size):
        y = x
        for block in self.residual_group.blocks:
            y = block(y, size)
        image = y.transpose(1, 2).reshape(-1, y.shape[-1], *size)
        return self.conv(image).flatten(2).transpose(1, 2) + x


class SwinIr(nn.Module):
    """The lightweight form: pixelshuffledirect, one convolution after each group."""

    def __init__(self, size, c, depths, heads, ws, scale):
        super().__init__()
        self.size = size
        self.register_buffer("mean", torch.tensor([0.4488, 0.4371, 0.4040]).view(1, 3, 1, 1), persistent=False)
        self.conv_first = nn.Conv2d(3, c, 3, padding=1)
        self.patch_embed = nn.Module()
        self.patch_embed.norm = nn.LayerNorm(c)
        self.layers = nn.ModuleList([SwinGroup(c, ws, heads, depth, size) for depth in depths])
        self.norm = nn.LayerNorm(c)
        self.conv_after_body = nn.Conv2d(c, c, 3, padding=1)
        self.upsample = nn.Sequential(nn.Conv2d(c, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, image):
        first = self.conv_first(image - self.mean)
        x = self.patch_embed.norm(first.flatten(2).transpose(1, 2))
        for layer in self.layers:
            x = layer(x, self.size)
        body = self.norm(x).transpose(1, 2).reshape(first.shape)
        return self.upsample(self.conv_after_body(body) + first) + self.mean


class RestormerNorm(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.body = TokenNorm(c)

    def forward(self, x):
        h, w = x.shape[-2:]
        y = self.body(x.flatten(2).transpose(1, 2))
        return y.transpose(1, 2).reshape(x.shape[0], -1, h, w)


class ChannelAttention(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads = heads
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkv = nn.Conv2d(c, 3 * c, 1, bias=False)
        self.qkv_dwconv = nn.Conv2d(3 * c, 3 * c, 3, padding=1, groups=3 * c, bias=False)
        self.project_out = nn.Conv2d(c, c, 1, bias=False)

    def forward(self, x):
        b, c, h, w = x.shape
        q, k, v = (part.reshape(b, self.heads, c // self.heads, h * w) for part in self.qkv_dwconv(self.qkv(x)).chunk(3, 1))
        scores = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1) * self.temperature
        return self.project_out((scores.softmax(-1) @ v).reshape(b, c, h, w))


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        hidden = int(c * 2.66)
        self.project_in = nn.Conv2d(c, 2 * hidden, 1, bias=False)
        self.dwconv = nn.Conv2d(2 * hidden, 2 * hidden, 3, padding=1, groups=2 * hidden, bias=False)
        self.project_out = nn.Conv2d(hidden, c, 1, bias=False)

    def forward(self, x):
        first, second = self.dwconv(self.project_in(x)).chunk(2, 1)
        return self.project_out(F.gelu(first) * second)


class TransformerBlock(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.norm1, self.norm2 = RestormerNorm(c), RestormerNorm(c)
        self.attn = ChannelAttention(c, heads)
        self.ffn = FeedForward(c)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.ffn(self.norm2(x))


class Body(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


def down(c):
    return Body(nn.Conv2d(c, c // 2, 3, padding=1, bias=False), nn.PixelUnshuffle(2))


def up(c):
    return Body(nn.Conv2d(c, 2 * c, 3, padding=1, bias=False), nn.PixelShuffle(2))


class Restormer(nn.Module):
    def __init__(self, c, counts, refinement, heads):
        super().__init__()
        blocks = lambda width, head, count: nn.Sequential(*[TransformerBlock(width, head) for _ in range(count)])
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(3, c, 3, padding=1, bias=False)
        self.encoder_level1 = blocks(c, heads[0], counts[0])
        self.down1_2 = down(c)
        self.encoder_level2 = blocks(2 * c, heads[1], counts[1])
        self.down2_3 = down(2 * c)
        self.encoder_level3 = blocks(4 * c, heads[2], counts[2])
        self.down3_4 = down(4 * c)
        self.latent = blocks(8 * c, heads[3], counts[3])
        self.up4_3 = up(8 * c)
        self.reduce_chan_level3 = nn.Conv2d(8 * c, 4 * c, 1, bias=False)
        self.decoder_level3 = blocks(4 * c, heads[2], counts[2])
        self.up3_2 = up(4 * c)
        self.reduce_chan_level2 = nn.Conv2d(4 * c, 2 * c, 1, bias=False)
        self.decoder_level2 = blocks(2 * c, heads[1], counts[1])
        self.up2_1 = up(2 * c)
        self.decoder_level1 = blocks(2 * c, heads[0], counts[0])
        self.refinement = blocks(2 * c, heads[0], refinement)
        self.output = nn.Conv2d(2 * c, 3, 3, padding=1, bias=False)

    def forward(self, image):
        first = self.encoder_level1(self.patch_embed.proj(image))
        second = self.encoder_level2(self.down1_2(first))
        third = self.encoder_level3(self.down2_3(second))
        x = self.up4_3(self.latent(self.down3_4(third)))
        x = self.decoder_level3(self.reduce_chan_level3(torch.cat([x, third], 1)))
        x = self.decoder_level2(self.reduce_chan_level2(torch.cat([self.up3_2(x), second], 1)))
        x = self.decoder_level1(torch.cat([self.up2_1(x), first], 1))
        return self.output(self.refinement(x)) + image


def main(folder, height, width):
    torch.manual_seed(1)
    networks = {
        "nafnet": NafNet(32, [1, 1, 1, 4], 1, [1, 1, 1, 1]),
        "swinir": SwinIr((height, width), 60, [6, 6], 6, 8, 2),
        "restormer": Restormer(24, [1, 2, 2, 2], 1, [1, 2, 4, 8]),
    }
    image = torch.rand(1, 3, height, width)
    for name, network in networks.items():
        network.eval()
        torch.save({"params": network.state_dict()}, f"{folder}/{name}.pth")
        with torch.no_grad():
            torch.onnx.export(network, image, f"{folder}/{name}.onnx", opset_version=17, input_names=["input"], output_names=["output"])


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
