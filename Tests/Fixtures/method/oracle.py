"""Expected values for the method's tests, by POT and by plain PyTorch in double precision.

Writes method.json beside itself.   pip install "torch==2.13.0" POT numpy; python oracle.py
"""
import json
import math
import pathlib

import numpy as np
import ot
import torch
import torch.nn.functional as F

rng = np.random.default_rng(20070601)


def transport(tokens, prototypes, epsilon, rho_token, rho_prototype, spread=1.0):
    """Entropic unbalanced transport by POT; infinity is POT's exact marginal."""
    cost = rng.uniform(0, 2, (tokens, prototypes)) * spread
    a, b = np.full(tokens, 1 / tokens), np.full(prototypes, 1 / prototypes)
    plan = ot.unbalanced.sinkhorn_unbalanced(
        a, b, cost, reg=epsilon, reg_m=(rho_token, rho_prototype), reg_type="kl", numItermax=100_000, stopThr=1e-15,
        method="sinkhorn_stabilized" if epsilon < 0.02 else "sinkhorn")
    return dict(
        tokens=tokens, prototypes=prototypes, epsilon=epsilon, rho_token=rho_token if math.isfinite(rho_token) else None,
        rho_prototype=rho_prototype if math.isfinite(rho_prototype) else None, cost=cost.ravel().tolist(),
        plan=plan.ravel().tolist(), rows=plan.sum(1).tolist(), columns=plan.sum(0).tolist())


def cox_efron(eta, time, event):
    """-(Efron's log partial likelihood)/events, straight from the definition."""
    total = 0.0
    for t in sorted(set(time[event])):
        dead = event & (time == t)
        risk = torch.exp(eta[torch.from_numpy(time >= t)]).sum()
        tied = torch.exp(eta[torch.from_numpy(dead)])
        total = total + eta[torch.from_numpy(dead)].sum()
        for l in range(dead.sum()):
            total = total - torch.log(risk - l / dead.sum() * tied.sum())
    return -total / int(event.sum())


def discrete(logits, time, event, edges):
    """-(mean log-likelihood) of discrete hazards, patient by patient."""
    hazard = torch.sigmoid(logits)
    total = 0.0
    for i, (t, e) in enumerate(zip(time, event)):
        b = min(int(np.searchsorted(edges, t, side="left")), len(edges) - 1)
        for c in range(b):
            total = total + torch.log(1 - hazard[i, c])
        total = total + (torch.log(hazard[i, b]) if e else torch.log(1 - hazard[i, b]))
    return -total / len(time)


def contrast(x, y, temperature):
    q = F.normalize(x, dim=-1) @ F.normalize(y, dim=-1).T / temperature
    i = torch.arange(len(q))
    return 0.5 * (F.cross_entropy(q, i) + F.cross_entropy(q.T, i))


def vic(x, y):
    loss = ((x - y) ** 2).sum(1).mean()
    for q in (x, y):
        c = torch.cov(q.T)
        loss = loss + F.relu(1 - torch.sqrt(torch.diag(c) + 1e-4)).sum()
        loss = loss + 0.1 * (c - torch.diag(torch.diag(c))).pow(2).sum() / q.shape[1]
    return loss


def margin(r, anchors, own, gap):
    unit = [F.normalize(F.normalize(a, dim=-1).mean(0), dim=-1) for a in anchors]
    cos = [F.normalize(r, dim=-1) @ u for u in unit]
    other = torch.stack([c for m, c in enumerate(cos) if m != own], 1).amax(1)
    return F.relu(gap - cos[own] + other).mean()


def with_gradient(function, *inputs):
    leaves = [i.clone().requires_grad_() for i in inputs]
    value = function(*leaves)
    value.backward()
    return dict(
        value=value.item(), inputs=[dict(shape=list(i.shape), values=i.ravel().tolist()) for i in inputs],
        gradients=[l.grad.ravel().tolist() for l in leaves])


def normal(*shape):
    return torch.from_numpy(rng.standard_normal(shape))


time = np.round(rng.exponential(10, 40)) + 0.0
event = rng.random(40) < 0.6
edges = np.quantile(time[event], [0.25, 0.5, 0.75]).tolist() + [float(time.max())]
out = dict(
    versions=dict(python="3.11", torch=torch.__version__, POT=ot.__version__, numpy=np.__version__),
    transport=[
        transport(40, 8, 0.05, 0.3, 0.3), transport(7, 16, 0.1, 1.0, 0.2), transport(30, 5, 0.05, 0.05, 2.0),
        transport(20, 4, 0.1, math.inf, 0.3), transport(12, 6, 0.2, 0.5, math.inf), transport(10, 4, 0.2, math.inf, math.inf),
        transport(16, 5, 0.005, 0.3, 0.3), transport(1, 3, 0.05, 0.3, 0.3)],
    outcome=dict(time=time.tolist(), event=event.tolist(), edges=edges),
    cox=with_gradient(lambda e: cox_efron(e, time, event), normal(40) * 2),
    cox_large=with_gradient(lambda e: cox_efron(e, time, event), normal(40) * 2 + 60),
    discrete=with_gradient(lambda l: discrete(l, time, event, edges), normal(40, 4)),
    contrast=with_gradient(lambda x, y: contrast(x, y, 0.2), normal(9, 6), normal(9, 6)),
    vic=with_gradient(vic, normal(12, 6) * 0.7, normal(12, 6) * 1.4),
    margin=with_gradient(lambda r, a, b, c: margin(r, [a, b, c], 1, 0.3), normal(10, 5), normal(2, 5), normal(2, 5), normal(2, 5)),
)
pathlib.Path(__file__).with_name("method.json").write_text(json.dumps(out))
