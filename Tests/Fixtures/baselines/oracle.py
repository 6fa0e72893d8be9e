"""Twins of the baselines in plain PyTorch: parameter counts at the papers' sizes; at small ones forward passes, terms of the
objective and gradients.

Writes baselines.json beside itself.   pip install "torch==2.13.0" nystrom-attention==0.0.14 einops POT numpy; python oracle.py

The counts come from modules built here to the sizes in the papers and their code; the forward passes from torch's own layers
(MultiheadAttention, TransformerEncoderLayer), nystrom_attention, POT, and written-out formulas. Every parameter k, in the
order in which the model makes them, is filled with 0.3 sin(0.37 i + k), inputs with sines as below.
"""
import json
import math
import pathlib

import numpy
import ot
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
        self.parameters = []

    def values(self, shape):
        size = math.prod(shape)
        return (0.3 * torch.sin(0.37 * torch.arange(size) + len(self.parameters))).reshape(shape)

    def __call__(self, *shape):
        self.parameters.append(self.values(shape).requires_grad_())
        return self.parameters[-1]

    def layer(self, inputs, outputs, bias=True):
        weight = self(outputs, inputs)
        shift = self(outputs) if bias else None
        return lambda x: F.linear(x, weight, shift)

    def layers(self, *widths):
        return [self.layer(a, b) for a, b in zip(widths, widths[1:])]

    def norm(self, width):
        scale, shift = self(width), self(width)
        return lambda x: F.layer_norm(x, (width,), scale, shift)

    def linear(self, x, inputs, outputs):
        return self.layer(inputs, outputs)(x)

    def fill(self, *parameters):
        for parameter in parameters:
            with torch.no_grad():
                parameter.copy_(self.values(parameter.shape))
            self.parameters.append(parameter)


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


def gene_sets(fill, values=genes, members=members, widths=(WIDTH, WIDTH)):
    """[patients, sets, width]: for each set linear maps, each followed by ELU.

    The first layer's weights of sets whose sizes are alike up to a power of two lie in one tensor, rows up to the longest, the
    smaller sizes first; this is also the order of the sets in the tensors of all else.
    """
    classes = {}
    for s, genes_of_set in enumerate(members):
        classes.setdefault((len(genes_of_set) - 1).bit_length(), []).append(s)
    order = [s for size in sorted(classes) for s in classes[size]]
    first = {}
    for size in sorted(classes):
        together = fill(len(classes[size]), max(len(members[s]) for s in classes[size]), widths[0])
        first |= {s: together[place, :len(members[s])] for place, s in enumerate(classes[size])}
    bias = fill(len(members), 1, widths[0])
    x = {s: F.elu(values[:, members[s]] @ first[s] + bias[place]) for place, s in enumerate(order)}
    for inputs, outputs in zip(widths, widths[1:]):
        weight, bias = fill(len(members), inputs, outputs), fill(len(members), 1, outputs)
        x = {s: F.elu(x[s] @ weight[place] + bias[place]) for place, s in enumerate(order)}
    return torch.stack([x[s] for s in range(len(members))], dim=1)


def attention_of(fill, heads, width=WIDTH):
    layer = nn.MultiheadAttention(width, heads, batch_first=True).eval()
    fill.fill(layer.in_proj_weight, layer.in_proj_bias, layer.out_proj.weight, layer.out_proj.bias)
    return layer


def gated_attention(fill, width, hidden):
    """Ilse et al. 2018, eq. 9: the weights of the instances [..., tokens, width]."""
    content, gate, score = fill.layer(width, hidden), fill.layer(width, hidden), fill.layer(hidden, 1)
    return lambda x: score(torch.tanh(content(x)) * torch.sigmoid(gate(x))).softmax(-2)


def branch(fill):
    """One side of MCAT after the co-attention: two transformer layers, gated attention, a layer with ReLU."""
    layers = []
    for _ in range(2):
        layer = nn.TransformerEncoderLayer(WIDTH, 8, 2 * WIDTH, batch_first=True).eval()
        fill.fill(layer.self_attn.in_proj_weight, layer.self_attn.in_proj_bias, layer.self_attn.out_proj.weight,
                  layer.self_attn.out_proj.bias, layer.norm1.weight, layer.norm1.bias, layer.linear1.weight,
                  layer.linear1.bias, layer.linear2.weight, layer.linear2.bias, layer.norm2.weight,
                  layer.norm2.bias)
        layers.append(layer)
    attention, rho = gated_attention(fill, WIDTH, WIDTH), fill.layer(WIDTH, WIDTH)

    def run(x):
        for layer in layers:
            x = layer(x)
        weights = attention(x)
        return F.relu(rho((weights * x).sum(1))), weights
    return run


def through(layers, x):
    for layer in layers:
        x = F.relu(layer(x))
    return x


def mcat_forward():
    fill = Filling()
    h_bag, h_sets = patches(fill, True), gene_sets(fill)
    co = attention_of(fill, 1)
    gathered, shares = zip(*[co(h_sets[i:i + 1], h[None], h[None]) for i, h in enumerate(h_bag)])
    bag_branch, set_branch = branch(fill), branch(fill)
    joint, head = fill.layers(2 * WIDTH, WIDTH, WIDTH), fill.layer(WIDTH, OUTPUTS)
    from_bag, weights = bag_branch(torch.cat(gathered))
    from_sets, _ = set_branch(h_sets)
    drawn = [(w.T @ s[0]).flatten().tolist() for w, s in zip(weights, shares)]
    return {"outputs": head(through(joint, torch.cat([from_bag, from_sets], 1))).flatten().tolist(), "saliency": drawn}


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


prototypes = wave(0.9, 3, 6)


def mixture(x):
    """One step of EM by torch's own distributions: weight, mean and variance of each prototype."""
    log = torch.distributions.MultivariateNormal(prototypes, torch.eye(6)).log_prob(x[:, None, :])
    r = log.softmax(1)
    mass = r.sum(0) + 1e-3
    mean = (r.T @ x + 1e-3 * prototypes) / mass[:, None]
    square = (r.T @ x ** 2 + 1e-3 * (1 + prototypes ** 2)) / mass[:, None]
    return torch.cat([(mass / mass.sum())[:, None], mean, square - mean ** 2], 1)


def mixture_forward():
    return {"outputs": [mixture(x).flatten().tolist() for x in torch.split(bag, bag_counts)]}


forward = {"mcat": mcat_forward(), "survpath": survpath_forward(), "nystrom": nystrom_forward(),
           "mixture": mixture_forward()}


# ---- whole networks: outputs, terms of the objective, gradients ---------------------------------------------------
#
# Six patients with an event or not at times 1 … 6: the fourth lacks the gene sets, the last the patches. Of the three gene
# sets two share a size class, and two patients have equally many patches.

time, event = [1, 2, 3, 4, 5, 6], [True, False, True, True, True, False]
patch_counts = [5, 3, 3, 4, 7, 0]
slides = [x if len(x) else None for x in torch.split(wave(1.3, sum(patch_counts), 6), patch_counts)]
expression = wave(0.7, 6, 5)
has_sets = [True, True, True, False, True, True]
three_sets = [[0, 1, 2], [3, 4], [1, 2, 3, 4]]


def of_everyone(tokens):
    """[patients with gene sets, sets, width] as a list over all patients."""
    rest = iter(tokens)
    return [next(rest) if there else None for there in has_sets]


def bags_through(layers):
    return [None if x is None else through(layers, x) for x in slides]


def sets_of(fill, *widths):
    return of_everyone(gene_sets(fill, expression[torch.tensor(has_sets)], three_sets, widths))


def result(fill, outputs, terms=None, weights=None):
    """The outputs, the terms, and for the gradient g of each parameter of Σ outputs · sines + Σ weight · term the length
    of g and Σ gᵢ cos(0.9 i)."""
    terms = terms or {}
    objective = (outputs * wave(0.8, *outputs.shape)).sum() + sum(weights[name] * terms[name] for name in terms)
    gradients = torch.autograd.grad(objective, fill.parameters, allow_unused=True)
    measured = []
    for parameter, g in zip(fill.parameters, gradients):
        g = torch.zeros_like(parameter) if g is None else g
        measured.append([g.norm().item(), (g.flatten() * torch.cos(0.9 * torch.arange(g.numel()))).sum().item()])
    return {"outputs": outputs.flatten().tolist(), "terms": {name: t.item() for name, t in terms.items()},
            "gradients": measured}


def snn(late):
    """Klambauer et al. 2017 as MCAT's baseline: four layers with ELU on a modality's features, patches as their mean.

    Deviation that the project documents: the code knows one modality. Joined are the last layers by two layers with ReLU, or
    the outputs by their mean over the modalities that the patient has.
    """
    fill = Filling()
    networks = [fill.layers(6, WIDTH, WIDTH, WIDTH, WIDTH), fill.layers(5, WIDTH, WIDTH, WIDTH, WIDTH)]
    joint = None if late else fill.layers(2 * WIDTH, WIDTH, WIDTH)
    heads = [fill.layer(WIDTH, OUTPUTS) for _ in range(2 if late else 1)]
    rows = []
    for slide, genes_of_patient, there in zip(slides, expression, has_sets):
        inputs = [None if slide is None else slide.mean(0), genes_of_patient if there else None]
        ends = []
        for x, layers in zip(inputs, networks):
            for layer in layers if x is not None else []:
                x = F.elu(layer(x))
            ends.append(x)
        if late:
            rows.append(torch.stack([head(x) for head, x in zip(heads, ends) if x is not None]).mean(0))
        else:
            rows.append(heads[0](through(joint, torch.cat([torch.zeros(WIDTH) if x is None else x for x in ends]))))
    return result(fill, torch.stack(rows))


def alpha_dropout():
    """What torch's AlphaDropout of probability 0.25 makes of its input: scale · x + shift of what is kept, one number of
    what is not."""
    torch.manual_seed(1)
    x = torch.linspace(-1, 2, 200)
    y = F.alpha_dropout(x, 0.25, training=True)
    constants, times = torch.unique(torch.round(y, decimals=9), return_counts=True)
    dropped = constants[times.argmax()]
    kept = (y - dropped).abs() > 1e-8
    scale = (y[kept][-1] - y[kept][0]) / (x[kept][-1] - x[kept][0])
    shift = y[kept][0] - scale * x[kept][0]
    assert torch.allclose(y[kept], scale * x[kept] + shift) and 0 < (~kept).sum() < 100
    return {"probability": 0.25, "scale": scale.item(), "shift": shift.item(), "dropped": dropped.item()}


def abmil(hidden=6):
    """Ilse et al. 2018 with MCAT's layers about it.

    Deviation that the project documents: gene sets are a bag of tokens as well, each by one ELU layer.
    """
    fill = Filling()
    encoder = fill.layers(6, WIDTH)
    bags = [bags_through(encoder), sets_of(fill, WIDTH)]
    attentions = [gated_attention(fill, WIDTH, hidden) for _ in bags]
    rhos = [fill.layer(WIDTH, hidden) for _ in bags]
    joint, head = fill.layers(2 * hidden, hidden, hidden), fill.layer(hidden, OUTPUTS)
    vectors = [[torch.zeros(hidden) if x is None else F.relu(rho((attention(x) * x).sum(0))) for x in bag]
               for bag, attention, rho in zip(bags, attentions, rhos)]
    return result(fill, head(through(joint, torch.cat([torch.stack(v) for v in vectors], 1))))


def mcat():
    """Chen et al. 2021.

    Deviations that the project documents: without the gene sets zeros ask, and their side is zeros, as the bag's is without it.
    """
    fill = Filling()
    encoder = fill.layers(6, WIDTH)
    bag, sets = bags_through(encoder), sets_of(fill, WIDTH, WIDTH)
    co = attention_of(fill, 1)
    bag_branch, set_branch = branch(fill), branch(fill)
    joint, head = fill.layers(2 * WIDTH, WIDTH, WIDTH), fill.layer(WIDTH, OUTPUTS)
    rows = []
    for h, s in zip(bag, sets):
        bag_vector = set_vector = torch.zeros(1, WIDTH)
        if h is not None:
            questions = torch.zeros(len(three_sets), WIDTH) if s is None else s
            bag_vector, _ = bag_branch(co(questions[None], h[None], h[None])[0])
        if s is not None:
            set_vector, _ = set_branch(s[None])
        rows.append(torch.cat([bag_vector, set_vector], 1))
    return result(fill, head(through(joint, torch.cat(rows))))


def survpath():
    """Jaume et al. 2024.

    Deviations that the project documents: no tokens of an absent modality, and zeros for its side; patches without gene
    sets attend to one another.
    """
    fill = Filling()
    half = WIDTH // 2
    encoder = fill.layer(6, WIDTH)
    bag = [None if x is None else encoder(x) for x in slides]
    sets = sets_of(fill, WIDTH, WIDTH)
    norm, projection = fill.norm(WIDTH), fill.layer(WIDTH, 3 * half, bias=False)
    before, inner, outer, last = fill.norm(half), fill.layer(half, half), fill.layer(half, half), fill.norm(half)
    hidden, head = fill.layers(WIDTH, half // 2), fill.layer(half // 2, OUTPUTS)

    def mean(queries, keys, values):
        x = (queries @ keys.T * half ** -0.5).softmax(-1) @ values
        return last(outer(F.gelu(inner(before(x))))).mean(0)

    rows = []
    for h, s in zip(bag, sets):
        bag_mean = set_mean = torch.zeros(half)
        of_bag, of_sets = (None if x is None else projection(norm(x)).chunk(3, -1) for x in (h, s))
        if s is not None:
            keys, values = (x if h is None else torch.cat([x, y])
                            for x, y in zip(of_sets[1:], of_bag[1:] if of_bag else of_sets[1:]))
            set_mean = mean(of_sets[0], keys, values)
        if h is not None:
            bag_mean = mean(of_bag[0], *(of_sets or of_bag)[1:])
        rows.append(torch.cat([set_mean, bag_mean]))
    return result(fill, head(through(hidden, torch.stack(rows))))


def transport(bag, sets):
    """MOTCat's plan [patches, sets] by POT: squared distances of tokens less their smallest element, over the largest one."""
    x, y = (t.detach() - t.detach().amin(1, keepdim=True) for t in (bag, sets))
    cost = ((x[:, None] - y[None]) ** 2).sum(2)
    # Deviation that the project documents: the smoothing is KL to the product of the marginals, POT's default since 0.9.5;
    # the paper's code asks for 0.9.3, where it was the entropy. The plans differ by one factor.
    plan = ot.unbalanced.sinkhorn_knopp_unbalanced(
        ot.unif(len(x)), ot.unif(len(y)), (cost / cost.max()).numpy(), reg=0.1, reg_m=0.5, reg_type="kl",
        numItermax=100_000, stopThr=1e-15)
    return torch.from_numpy(plan)


def motcat():
    """Xu & Chen 2023: MCAT, its co-attention replaced by the plan.

    Deviations that the project documents: the whole bag at once; without the gene sets an even plan and zeros for their side.
    """
    fill = Filling()
    encoder = fill.layers(6, WIDTH)
    bag, sets = bags_through(encoder), sets_of(fill, WIDTH, WIDTH)
    bag_branch, set_branch = branch(fill), branch(fill)
    joint, head = fill.layers(2 * WIDTH, WIDTH, WIDTH), fill.layer(WIDTH, OUTPUTS)
    rows, plans, drawn = [], [], []
    for h, s in zip(bag, sets):
        bag_vector = set_vector = torch.zeros(1, WIDTH)
        if h is not None:
            even = torch.full((len(h), len(three_sets)), 1 / (len(h) * len(three_sets)))
            plan = even if s is None else transport(h, s)
            plans.append(plan.flatten().tolist())
            bag_vector, weights = bag_branch((plan.T @ h)[None])
            drawn.append((plan / plan.sum(0) @ weights[0]).flatten().tolist())
        if s is not None:
            set_vector, _ = set_branch(s[None])
        rows.append(torch.cat([bag_vector, set_vector], 1))
    return result(fill, head(through(joint, torch.cat(rows)))) | {"plans": plans, "saliency": drawn}


def mmp(own):
    """Song et al. 2024 on the prototypes above; a feed-forward network for each token, or one for all.

    Deviations that the project documents: one softmax over all tokens; no tokens of an absent modality, and zeros for its
    side.
    """
    fill = Filling()
    token_width = WIDTH + 32
    width = token_width // 2
    encoder = fill.layer(13, WIDTH)
    bag = [None if x is None else encoder(mixture(x)) for x in slides]
    sets = sets_of(fill, WIDTH, WIDTH)
    bag_marks, set_marks = fill(len(prototypes), 32), fill(len(three_sets), 32)
    norm, projection = fill.norm(token_width), fill.layer(token_width, 3 * width, bias=False)

    def feed_forward(count):
        scale, shift = fill(count, width), fill(count, width)
        inner, inner_bias = fill(count, width, width), fill(count, 1, width)
        outer, outer_bias = fill(count, width, width), fill(count, 1, width)

        def token(i, x):
            x = F.layer_norm(x, (width,), scale[i], shift[i])
            return F.gelu(x @ inner[i] + inner_bias[i, 0]) @ outer[i] + outer_bias[i, 0]
        return lambda x: torch.stack([token(i, row) for i, row in enumerate(x)])

    if own:
        bag_forward, set_forward = feed_forward(len(prototypes)), feed_forward(len(three_sets))
    else:
        before, inner, outer = fill.norm(width), fill.layer(width, width), fill.layer(width, width)
        bag_forward = set_forward = lambda x: outer(F.gelu(inner(before(x))))
    last, head = fill.norm(width), fill.layer(2 * width, OUTPUTS, bias=False)
    rows = []
    for h, s in zip(bag, sets):
        tokens = [x for x in (None if s is None else torch.cat([s, set_marks], 1),
                              None if h is None else torch.cat([h, bag_marks], 1)) if x is not None]
        q, k, v = projection(norm(torch.cat(tokens))).chunk(3, -1)
        mixed = (q @ k.T * width ** -0.5).softmax(-1) @ v
        count = 0 if s is None else len(s)
        side = [torch.zeros(width) if s is None else last(set_forward(mixed[:count])).mean(0),
                torch.zeros(width) if h is None else last(bag_forward(mixed[count:])).mean(0)]
        rows.append(head(torch.cat(side)))
    return result(fill, torch.stack(rows))


def cmta(width=16):
    """Zhou & Chen 2023 by nystrom_attention, patient by patient; the alignment is torch's L1 loss.

    Deviations that the project documents: of a patient with one modality the encoder's class token alone, zeros for the
    other; the alignment is the mean over patients with both.
    """
    fill = Filling()
    encoder = fill.layers(6, width, width)
    bag, sets = bags_through(encoder), sets_of(fill, 10, width)

    def class_token_transformer(is_square):
        token = fill(1, 1, width)
        convolutions = [nn.Conv2d(width, width, k, padding=k // 2, groups=width) for k in ([7, 5, 3] if is_square else [])]
        for convolution in convolutions:
            fill.fill(convolution.weight, convolution.bias)
        layers = []
        for _ in range(2):
            norm = fill.norm(width)
            attention = NystromAttention(width, dim_head=width // 8, heads=8, num_landmarks=width // 2, pinv_iterations=6,
                                         residual=True).eval()
            fill.fill(attention.to_qkv.weight, attention.to_out[0].weight, attention.to_out[0].bias,
                      attention.res_conv.weight)
            layers.append((norm, attention))
        last = fill.norm(width)

        def run(x):
            """[tokens, width] → the class token and the others."""
            side = math.ceil(math.sqrt(len(x)))
            x = torch.cat([x, x[:side * side - len(x)]])[None] if is_square else x[None]
            x = torch.cat([token, x], 1)
            for number, (norm, attention) in enumerate(layers):
                x = x + attention(norm(x))
                if is_square and number == 0:
                    image = x[:, 1:].transpose(1, 2).reshape(1, width, side, side)
                    mixed = image + sum(convolution(image) for convolution in convolutions)
                    x = torch.cat([x[:, :1], mixed.flatten(2).transpose(1, 2)], 1)
            x = last(x)
            return x[0, 0], x[:, 1:]
        return run

    bag_encoder, bag_decoder = class_token_transformer(True), class_token_transformer(True)
    set_encoder, set_decoder = class_token_transformer(False), class_token_transformer(False)
    bag_asks, sets_ask = attention_of(fill, 1, width), attention_of(fill, 1, width)
    joint, head = fill.layers(2 * width, width, width), fill.layer(width, OUTPUTS)
    rows, distances = [], []
    for h, s in zip(bag, sets):
        p = g = torch.zeros(width)
        if h is not None:
            p, bag_tokens = bag_encoder(h)
        if s is not None:
            g, set_tokens = set_encoder(s)
        if h is not None and s is not None:
            p_again, _ = bag_decoder(bag_asks(bag_tokens, set_tokens, set_tokens)[0][0])
            g_again, _ = set_decoder(sets_ask(set_tokens, bag_tokens, bag_tokens)[0][0])
            distances.append(F.l1_loss(p_again, p.detach()) + F.l1_loss(g_again, g.detach()))
            p, g = (p + p_again) / 2, (g + g_again) / 2
        rows.append(torch.cat([p, g]))
    return result(fill, head(through(joint, torch.stack(rows))), {"alignment": torch.stack(distances).mean()},
                  {"alignment": 0.5})


edges = [*numpy.quantile([t for t, e in zip(time, event) if e], [0.25, 0.5, 0.75]).tolist(), max(time)]
labels = [sum(t > edge for edge in edges) + (0 if e else len(edges)) for t, e in zip(time, event)]


def likelihood_loss(logits):
    """The mean over PIBD's prototypes of −log of the discrete likelihood, prototype k of an event in bin k, or of a
    censoring in bin k − bins."""
    hazard = torch.sigmoid(logits)
    total = 0
    for k, h in enumerate(hazard):
        b = k % len(edges)
        total = total - torch.log(1 - h[:b]).sum() - torch.log(h[b] if k < len(edges) else 1 - h[b])
    return total / len(hazard)


def club(mean, y):
    """Cheng et al. 2020 with q(y | x) = N(mean(x), 1): E_joint log q − E_product log q, and −log q up to a constant and a
    factor of 2, as the code learns it."""
    q = torch.distributions.Normal(mean[:, None], 1.0).log_prob(y[None]).sum(2)
    return q.diag().mean() - q.mean(), (mean - y).pow(2).sum(1).mean()


def pibd(trains):
    """Zhang et al. 2024, prototypes and their product at their means. In training patients stand by the prototype of
    their outcome, and there are terms.

    Deviations that the project documents: the whole bag at once; likelihood without extra weight on events; one expert and
    zeros for a patient with one modality, CLUB over those with both. Cosines divide by lengths of 1e-3 at least.
    """
    fill = Filling()
    bins = len(edges)
    sets = sets_of(fill, WIDTH, WIDTH)

    def bottleneck(inputs, share):
        first, second, output = fill.layers(inputs, 2 * WIDTH, 2 * WIDTH, WIDTH)
        decoder, both = fill.layer(WIDTH, bins), fill(2 * bins, 2 * WIDTH)
        mean, deviation = both[:, :WIDTH], F.softplus(both[:, WIDTH:])

        def keep(x, label):
            z = output(through([first, second], x))
            cosine = F.normalize(z, dim=1, eps=1e-3) @ F.normalize(mean, dim=1, eps=1e-3).T
            count = max(1, int(len(x) * share))
            ranked = cosine.flatten().sort(descending=True)
            assert ranked.values[count - 1] - ranked.values[count] > 1e-5, "kept tokens hang by a thread"
            token, prototype = ranked.indices[:count] // (2 * bins), ranked.indices[:count] % (2 * bins)
            chosen = prototype.mode().values.item() if label is None else label
            likeness = cosine.topk(count, dim=0).values.mean(0)
            wrong = [k for k in range(2 * bins) if k != chosen]
            return z[token], mean[chosen], deviation[chosen], likeness[wrong].mean() - likeness[chosen]

        prior = torch.distributions.Normal(0.0, 1.0)
        divergence = torch.distributions.kl_divergence(torch.distributions.Normal(mean, deviation), prior).sum(1).mean()
        return keep, likelihood_loss(decoder(mean)), divergence

    keep_bag, bag_loss, bag_divergence = bottleneck(6, 0.5)
    keep_sets, set_loss, set_divergence = bottleneck(WIDTH, 0.8)
    norm, attention = fill.norm(WIDTH), attention_of(fill, 4)
    forward_norm, inner, outer = fill.norm(WIDTH), fill.layer(WIDTH, WIDTH), fill.layer(WIDTH, WIDTH)
    hidden, head, experts = fill.layers(3 * WIDTH, WIDTH), fill.layer(WIDTH, OUTPUTS), fill(2)
    shared_given_both, sets_given_bag = fill.layers(2 * WIDTH, 512, WIDTH), fill.layers(WIDTH, 512, WIDTH)

    def layer(x, over):
        x = x + attention(norm(x)[None], norm(over)[None], norm(over)[None])[0][0]
        return x + outer(F.gelu(inner(forward_norm(x))))

    rows, likenesses = [], []
    for h, s, label in zip(slides, sets, labels):
        sides = [None if x is None else keep(x, label if trains else None)
                 for x, keep in ((h, keep_bag), (s, keep_sets))]
        present = [(side, share) for side, share in zip(sides, experts.softmax(0)) if side]
        precision = sum(share / (side[2] + 1e-8) for side, share in present)
        product = sum(share / (side[2] + 1e-8) * side[1] for side, share in present) / precision
        shared = layer(product[None], torch.cat([product[None]] + [side[0] for side, _ in present]))[0]
        rows.append([layer(side[0], side[0]).mean(0) if side else torch.zeros(WIDTH) for side in sides] + [shared])
        likenesses += [side[3] for side, _ in present]
    bag, of_sets, shared = (torch.stack(column) for column in zip(*rows))
    outputs = head(through(hidden, torch.cat([bag, of_sets, shared], 1)))
    if not trains:
        return result(fill, outputs)
    both = torch.tensor([h is not None and s is not None for h, s in zip(slides, sets)])
    bag, of_sets, shared = bag[both], of_sets[both], shared[both]

    def predicted(layers, x):
        return layers[1](F.relu(layers[0](x)))
    bounds, errors = zip(club(predicted(sets_given_bag, bag), of_sets),
                         club(predicted(shared_given_both, torch.cat([bag, of_sets], 1)), shared))
    terms = {"prototypes": bag_loss + set_loss, "divergence": bag_divergence + set_divergence,
             "likeness": sum(likenesses) / len(slides), "information": sum(bounds) + sum(errors)}
    return result(fill, outputs, terms, {"prototypes": 0.1, "divergence": 0.01, "likeness": 1, "information": 0.1})


networks = {
    "snn": snn(late=False), "snn_late": snn(late=True), "abmil": abmil(), "mcat": mcat(), "survpath": survpath(),
    "motcat": motcat(), "mmp": mmp(own=True), "mmp_shared": mmp(own=False), "cmta": cmta(), "pibd": pibd(trains=True),
    "pibd_evaluated": pibd(trains=False),
}


def rounded(x):
    """Nine significant digits."""
    if isinstance(x, dict):
        return {key: rounded(value) for key, value in x.items()}
    if isinstance(x, (list, tuple)):
        return [rounded(value) for value in x]
    return float(f"{x:.9g}") if isinstance(x, float) else x


versions = {"torch": torch.__version__, "nystrom-attention": "0.0.14", "POT": ot.__version__}
(here / "baselines.json").write_text(
    json.dumps({"versions": versions, "counts": counts, "forward": rounded(forward), "networks": rounded(networks),
                "alpha_dropout": rounded(alpha_dropout())}) + "\n")
print({k: v for k, v in counts.items() if isinstance(v, int)})
