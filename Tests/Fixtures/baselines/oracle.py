"""Twins of the baselines in plain PyTorch: parameter counts at the papers' sizes, and forward passes at small ones.

Writes baselines.json beside itself.   pip install "torch==2.13.0" nystrom-attention==0.0.14 einops numpy; python oracle.py

The counts come from modules built here to the sizes in the papers and their code; the forward passes from torch's own layers
(MultiheadAttention, TransformerEncoderLayer), nystrom_attention, and written-out formulas. Every parameter k, in the
order in which the model makes them, is filled with 0.3 sin(0.37 i + k), inputs with sines as below.
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F
from nystrom_attention import NystromAttention
from torch import nn

torch.set_default_dtype(torch.float64)
here = pathlib.Path(__file__).parent


# ---- counts -------------------------------------------------------------------------------------------------------

def count(*modules):
    return sum(p.numel() for m in modules for p in (m.parameters() if isinstance(m, nn.Module) else [m]))


def mlp(*sizes):
    return nn.Sequential(*[nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])


def sets(sizes, *widths):
    return nn.ModuleList([mlp(size, *widths) for size in sizes])


def gated(width, hidden):
    return nn.ModuleList([nn.Linear(width, hidden), nn.Linear(width, hidden), nn.Linear(hidden, 1)])


def transformer(width):
    return nn.ModuleList([nn.TransformerEncoderLayer(width, 8, 2 * width) for _ in range(2)])


# The six functional families of genes that MCAT publishes; 331 and 50 sets with the totals of SurvPath's "combine" and of
# the Hallmarks.
families = [82, 328, 513, 452, 1536, 452]
pathways = [29] * 330 + [9745 - 29 * 330]
hallmarks = [142] * 49 + [7110 - 142 * 49]


def mcat(co_attention=True):
    parts = [mlp(1024, 256), sets(families, 256, 256), transformer(256), transformer(256), gated(256, 256),
             gated(256, 256), mlp(256, 256), mlp(256, 256), mlp(512, 256, 256), nn.Linear(256, 4)]
    return count(*parts, *([nn.MultiheadAttention(256, 1)] if co_attention else []))


def feed_forward(width):
    return nn.ModuleList([nn.LayerNorm(width), mlp(width, width, width)])


def survpath():
    return count(mlp(768, 256), sets(pathways, 256, 256), nn.LayerNorm(256), nn.Linear(256, 3 * 128, bias=False),
                 feed_forward(128), nn.LayerNorm(128), mlp(256, 64, 4))


def mmp(own):
    tokens = 16 + 50
    width = (256 + 32) // 2
    return count(mlp(2 * 1024 + 1, 256), sets(hallmarks, 256, 256), nn.Parameter(torch.zeros(tokens, 32)),
                 nn.LayerNorm(288), nn.Linear(288, 3 * width, bias=False),
                 *[feed_forward(width) for _ in range(tokens if own else 1)], nn.LayerNorm(width),
                 nn.Linear(2 * width, 4, bias=False))


def pibd():
    def bottleneck(inputs):
        return nn.ModuleList([mlp(inputs, 512, 512, 256), nn.Linear(256, 4)]), nn.Parameter(torch.zeros(8, 512))
    block = nn.ModuleList([nn.LayerNorm(256), nn.MultiheadAttention(256, 4), nn.LayerNorm(256), mlp(256, 256, 256)])
    return count(sets(pathways, 256, 256), *bottleneck(768), *bottleneck(256), block, mlp(768, 256, 4),
                 nn.Parameter(torch.ones(2)), mlp(512, 512, 256), mlp(256, 512, 256))


def cmta():
    def layer():
        return nn.ModuleList([nn.LayerNorm(256), NystromAttention(256, dim_head=32, heads=8, num_landmarks=128)])
    def side(square):
        convolutions = [nn.Conv2d(256, 256, k, groups=256) for k in ([7, 5, 3] if square else [])]
        return nn.ModuleList([layer(), layer(), nn.LayerNorm(256), *convolutions]), nn.Parameter(torch.zeros(256))
    return count(mlp(1024, 256, 256), sets(families, 1024, 256), *side(True), *side(True), *side(False), *side(False),
                 nn.MultiheadAttention(256, 1), nn.MultiheadAttention(256, 1), mlp(512, 256, 256), nn.Linear(256, 4))


counts = {
    "families": families, "pathways": pathways, "hallmarks": hallmarks,
    "mcat": mcat(), "motcat": mcat(co_attention=False), "survpath": survpath(), "mmp": mmp(True),
    "mmp_shared": mmp(False), "pibd": pibd(), "cmta": cmta(),
    "snn": count(mlp(3363, 256, 256, 256, 256, 4)),
    "abmil": count(mlp(1024, 512), gated(512, 256), mlp(512, 256), nn.Linear(256, 4)),
}


# ---- forward passes -----------------------------------------------------------------------------------------------

class Filling:
    """Parameters in the order in which the model makes them."""

    def __init__(self):
        self.k = -1

    def __call__(self, *shape):
        self.k += 1
        size = math.prod(shape)
        return (0.3 * torch.sin(0.37 * torch.arange(size) + self.k)).reshape(shape)

    def linear(self, x, inputs, outputs, bias=True):
        weight = self(outputs, inputs)
        return F.linear(x, weight, self(outputs) if bias else None)

    def fill(self, *parameters):
        for parameter in parameters:
            with torch.no_grad():
                parameter.copy_(self(*parameter.shape))


def wave(step, *shape):
    return torch.sin(step * torch.arange(math.prod(shape))).reshape(shape)


bag_counts = [5, 3, 4]
bag = wave(1.3, sum(bag_counts), 6)
genes = wave(0.7, 3, 5)
members = [[0, 1, 2], [3, 4]]
WIDTH, OUTPUTS = 8, 4


def patches(fill, relu):
    x = fill.linear(bag, 6, WIDTH)
    return list(torch.split(F.relu(x) if relu else x, bag_counts))


def gene_sets(fill):
    # Sets are made in classes of like size, the smaller first.
    order = [1, 0]
    first = {s: fill(1, len(members[s]), WIDTH)[0] for s in order}
    bias = fill(2, 1, WIDTH)
    second, second_bias = fill(2, WIDTH, WIDTH), fill(2, 1, WIDTH)
    tokens = {}
    for place, s in enumerate(order):
        x = F.elu(genes[:, members[s]] @ first[s] + bias[place])
        tokens[s] = F.elu(x @ second[place] + second_bias[place])
    return torch.stack([tokens[0], tokens[1]], dim=1)


def attention_of(fill, heads):
    layer = nn.MultiheadAttention(WIDTH, heads, batch_first=True).eval()
    fill.fill(layer.in_proj_weight, layer.in_proj_bias, layer.out_proj.weight, layer.out_proj.bias)
    return layer


def mcat_forward():
    fill = Filling()
    h_bag, h_sets = patches(fill, True), gene_sets(fill)
    co = attention_of(fill, 1)
    gathered, shares = zip(*[co(h_sets[i:i + 1], h[None], h[None]) for i, h in enumerate(h_bag)])

    def branch(x):
        for _ in range(2):
            layer = nn.TransformerEncoderLayer(WIDTH, 8, 2 * WIDTH, batch_first=True).eval()
            fill.fill(layer.self_attn.in_proj_weight, layer.self_attn.in_proj_bias, layer.self_attn.out_proj.weight,
                      layer.self_attn.out_proj.bias, layer.norm1.weight, layer.norm1.bias, layer.linear1.weight,
                      layer.linear1.bias, layer.linear2.weight, layer.linear2.bias, layer.norm2.weight,
                      layer.norm2.bias)
            x = layer(x)
        content = torch.tanh(fill.linear(x, WIDTH, WIDTH))
        gate = torch.sigmoid(fill.linear(x, WIDTH, WIDTH))
        weights = fill.linear(content * gate, WIDTH, 1).softmax(1)
        return F.relu(fill.linear((weights * x).sum(1), WIDTH, WIDTH)), weights

    from_bag, weights = branch(torch.cat(gathered))
    from_sets, _ = branch(h_sets)
    x = F.relu(fill.linear(torch.cat([from_bag, from_sets], 1), 2 * WIDTH, WIDTH))
    x = F.relu(fill.linear(x, WIDTH, WIDTH))
    drawn = [(w.T @ s[0]).flatten().tolist() for w, s in zip(weights, shares)]
    return {"outputs": fill.linear(x, WIDTH, OUTPUTS).flatten().tolist(), "saliency": drawn}


def survpath_forward():
    fill = Filling()
    h_bag, h_sets = patches(fill, False), gene_sets(fill)
    half = WIDTH // 2
    norm, projection = (fill(WIDTH), fill(WIDTH)), fill(3 * half, WIDTH)
    ff_norm = (fill(half), fill(half))
    inner, outer = (fill(half, half), fill(half)), (fill(half, half), fill(half))
    last = (fill(half), fill(half))
    hidden = (fill(half // 2, WIDTH), fill(half // 2))
    head = (fill(OUTPUTS, half // 2), fill(OUTPUTS))
    rows = []
    for h, s in zip(h_bag, h_sets):
        x = torch.cat([s, h])
        q, k, v = F.linear(F.layer_norm(x, (WIDTH,), *norm), projection).chunk(3, -1)
        q = q * half ** -0.5
        count = len(members)
        out = torch.cat([(q[:count] @ k.T).softmax(-1) @ v, (q[count:] @ k[:count].T).softmax(-1) @ v[:count]])
        out = F.linear(F.gelu(F.linear(F.layer_norm(out, (half,), *ff_norm), *inner)), *outer)
        out = F.layer_norm(out, (half,), *last)
        rows.append(torch.cat([out[:count].mean(0), out[count:].mean(0)]))
    x = F.relu(F.linear(torch.stack(rows), *hidden))
    return {"outputs": F.linear(x, *head).flatten().tolist()}


def nystrom_forward():
    fill = Filling()
    layer = NystromAttention(8, dim_head=4, heads=2, num_landmarks=4, pinv_iterations=6, residual=True).eval()
    fill.fill(layer.to_qkv.weight, layer.to_out[0].weight, layer.to_out[0].bias, layer.res_conv.weight)
    return {"tokens": 6, "outputs": layer(wave(1.1, 1, 6, 8)).flatten().tolist()}


def mixture_forward():
    """One step of EM by torch's own distributions, a patient by itself."""
    prototypes = wave(0.9, 3, 6)
    rows = []
    for x in torch.split(bag, bag_counts):
        log = torch.distributions.MultivariateNormal(prototypes, torch.eye(6)).log_prob(x[:, None, :])
        r = log.softmax(1)
        mass = r.sum(0) + 1e-3
        mean = (r.T @ x + 1e-3 * prototypes) / mass[:, None]
        square = (r.T @ x ** 2 + 1e-3 * (1 + prototypes ** 2)) / mass[:, None]
        rows.append(torch.cat([(mass / mass.sum())[:, None], mean, square - mean ** 2], 1).flatten().tolist())
    return {"outputs": rows}


forward = {"mcat": mcat_forward(), "survpath": survpath_forward(), "nystrom": nystrom_forward(),
           "mixture": mixture_forward()}
(here / "baselines.json").write_text(
    json.dumps({"versions": {"torch": torch.__version__, "nystrom-attention": "0.0.14"}, "counts": counts,
                "forward": forward}) + "\n")
print({k: v for k, v in counts.items() if isinstance(v, int)})
