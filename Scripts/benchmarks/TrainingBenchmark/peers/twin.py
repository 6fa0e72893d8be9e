"""Together-Then-Apart as one writes it in eager PyTorch: the same mathematics and parameters as `model tta`.

    python twin.py FOLDER THREADS

FOLDER holds inputs and weights as the driver wrote them. First prints one line per patient of a training without dropout:
the loss and the Euclidean length of every gradient. Then, for every line on standard input, does one training step (batch
1, with dropout) and prints its seconds; at the end of the input prints its memory in megabytes at its peak and before the first
step.
"""
import json
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder = pathlib.Path(sys.argv[1])
torch.set_num_threads(int(sys.argv[2]))
info = json.loads((folder / "info.json").read_text())
d, K, tau = info["dim"], info["prototypes"], 0.2


def read(name, shape, dtype=np.float32):
    return torch.from_numpy(np.fromfile(folder / name, dtype).reshape(shape).copy())


patients = info["patients"]
patches = [read(f"patches-{i}", (-1, 1024)) for i in range(patients)]
genes = read("genes", (patients, -1))
halves = {m: [read(f"half-{m}-{i}", (-1,), np.uint8).bool() for i in range(patients)] for m in ("histology", "genomics")}
sets = torch.tensor(info["sets"])
P = {}


def restore():
    P.clear()
    for index, (name, shape) in enumerate(info["parameters"]):
        P[name] = read(f"parameter-{index}", shape).requires_grad_()


def unit(x):
    return x / x.square().sum(-1, keepdim=True).clamp(min=1e-6).sqrt()


def transport(cost, epsilon=0.05, rho=0.3):
    """Plan and value by log-sum-exp Sinkhorn until no potential moves by 1e-6."""
    with torch.no_grad():
        n, k = cost.shape
        damp, scaled = rho / (rho + epsilon), -cost / epsilon
        f, g = torch.zeros(n, 1), torch.zeros(1, k)
        for _ in range(200):
            before_f, before_g = f, g
            f = -damp * (torch.logsumexp(scaled + g, 1, keepdim=True) - np.log(k))
            g = -damp * (torch.logsumexp(scaled + f, 0, keepdim=True) - np.log(n))
            if max((f - before_f).abs().max(), (g - before_g).abs().max()) * epsilon < 1e-6:
                break
        share = 1 / (n * k)
        plan = share * torch.exp(scaled + f + g)

        def kl(x, y):
            return (torch.xlogy(x, x / y) - x + y).sum()
        value = (plan * cost).sum() + epsilon * kl(plan, share) + rho * (kl(plan.sum(1), 1 / n) + kl(plan.sum(0), 1 / k))
    cross = (plan * cost).sum()
    return plan, cross + (value - cross).detach()


def info_nce(x, y, memory_x, memory_y, others):
    if len(x) + len(others) < 2:
        return None

    def direction(a, b, memory):
        own = unit(a) @ unit(b).T / tau
        every = torch.cat([own, unit(a) @ unit(memory).T / tau], 1) if len(memory) else own
        return (torch.logsumexp(every, 1) - own.diagonal()).mean()
    return (direction(x, y, memory_y) + direction(y, x, memory_x)) * 0.5


def vic(x, y, memory_x, memory_y):
    loss = (x - y).square().sum(1).mean()
    for e, memory in ((x, memory_x), (y, memory_y)):
        rows = torch.cat([e, memory]) if len(memory) else e
        if len(rows) < 2:
            continue
        centred = rows - rows.mean(0, keepdim=True)
        c = centred.T @ centred / (len(rows) - 1)
        off = c.square().sum() - c.diagonal().square().sum()
        loss = loss + F.relu(1 - (c.diagonal() + 1e-4).sqrt()).sum() + 0.1 * off / rows.shape[1]
    return loss


class Memory:
    def __init__(self):
        self.rows = torch.zeros(0, 0)

    def remember(self, x):
        x = x.detach()
        self.rows = torch.cat([self.rows, x])[-256:] if len(self.rows) else x


def objective(i, memories, dropping):
    def dropped(x, p):
        return F.dropout(x, p) if dropping else x
    shared, specific, together, apart = {}, {}, 0, 0
    for m in ("histology", "genomics"):
        if m == "histology":
            x = F.relu(F.linear(patches[i], P["histology.encoder.projection.weight"], P["histology.encoder.projection.bias"]))
            h = dropped(F.layer_norm(x, (d,), P["histology.encoder.norm.scale"], P["histology.encoder.norm.shift"]), 0.25)
        else:
            x = torch.bmm(genes[i][sets].unsqueeze(1), P["genomics.encoder.0.weight"]) + P["genomics.encoder.bias"]
            x = F.selu(x).squeeze(1)
            x = F.alpha_dropout(x, 0.25, training=dropping)
            h = F.layer_norm(x, (d,), P["genomics.encoder.norm.scale"], P["genomics.encoder.norm.shift"])
        # Together
        u = h @ P[f"{m}.shared.weight"].T
        cost = 1 - unit(u) @ unit(P["prototypes"]).T
        plan, value = transport(cost)
        shares = plan / plan.sum(0, keepdim=True).clamp(min=1e-12)
        if m == "genomics":
            scores = P[f"{m}.shared.token_keys"] @ P["prototypes"].T / d**0.5
            shares = shares * torch.exp(scores - scores.amax(0, keepdim=True))
            shares = shares / shares.sum(0, keepdim=True).clamp(min=1e-12)
        z = shares.T @ u
        gate = torch.tanh(F.linear(z, P[f"{m}.gate.hidden.weight"], P[f"{m}.gate.hidden.bias"])) @ P[f"{m}.gate.score.weight"].T
        wide = (torch.softmax(gate, 0) * z).sum(0, keepdim=True)
        shared[m] = F.linear(wide, P[f"{m}.narrow.weight"], P[f"{m}.narrow.bias"])
        together = together + value
        # Apart
        v = h @ P[f"{m}.specific.weight"].T
        keys = P[f"{m}.token_keys"] if m == "genomics" else v @ P[f"{m}.key.weight"].T
        scores = keys @ P[f"{m}.anchors"].T / d**0.5

        def pool(out=None):
            s = scores if out is None else scores.masked_fill(out.unsqueeze(1), -1e9)
            return (torch.softmax(s, 0).mean(1, keepdim=True) * v).sum(0, keepdim=True)
        r = specific[m] = pool()
        half = torch.rand(len(h)) < 0.5 if dropping else halves[m][i]
        memory = memories[f"r-{m}"]
        loss = info_nce(pool(~half), pool(half), memory.rows, memory.rows, memory.rows)
        if loss is not None:
            apart = apart + loss
        memory.remember(r)
        direction = {o: unit(unit(P[f"{o}.anchors"]).mean(0)) for o in ("histology", "genomics")}
        other = "genomics" if m == "histology" else "histology"
        apart = apart + F.relu(unit(r) @ direction[other] - unit(r) @ direction[m] + 0.3).mean()
    x, y = shared["histology"], shared["genomics"]
    mx, my = memories["s-histology"], memories["s-genomics"]
    loss = info_nce(x, y, mx.rows, my.rows, mx.rows)
    if loss is not None:
        together = together + loss
    together = together + vic(x, y, mx.rows, my.rows)
    mx.remember(x)
    my.remember(y)
    joined = dropped(torch.cat([x, y, specific["histology"], specific["genomics"]], 1), 0.3)
    logits = F.linear(torch.cat([joined, torch.ones(1, 4)], 1), P["fusion.linear.weight"], P["fusion.linear.bias"])[0]
    b, event = info["bins"][i], info["events"][i]
    survival = F.softplus(logits[:b]).sum() + (F.softplus(-logits[b]) if event else F.softplus(logits[b]))
    return survival + 0.5 * together + 0.5 * apart


def memories():
    return {f"{kind}-{m}": Memory() for kind in "rs" for m in ("histology", "genomics")}


def step(i, queue, optimiser, dropping):
    optimiser.zero_grad()
    loss = objective(i, queue, dropping)
    loss.backward()
    gradients = {n: p.grad for n, p in P.items()}
    optimiser.step()
    return loss, gradients


def adamw():
    return torch.optim.AdamW(P.values(), lr=1e-4, weight_decay=1e-3)


def memory(what):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(what))


restore()
queue, optimiser = memories(), adamw()
before = memory("VmRSS")
for i in range(patients):
    loss, gradients = step(i, queue, optimiser, dropping=False)
    print(json.dumps(dict(loss=loss.item(), lengths=[gradients[n].norm().item() for n, _ in info["parameters"]])), flush=True)
for number, _ in enumerate(sys.stdin):
    start = time.perf_counter()
    step(number % patients, queue, optimiser, dropping=True)
    print(time.perf_counter() - start, flush=True)
print(memory("VmHWM"), before)
