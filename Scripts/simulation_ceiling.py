"""What the tokens of simulated patients allow any model to predict, and what a sample of 300 takes from that.

    python Scripts/simulation_ceiling.py [--seeds 10] [--first 0] [--many 20000]

The worlds, patients to learn from (300) and patients to be judged on (400) are those of the method's prototype, drawn
number for number by this program itself (Scripts/prototype_cohorts.py writes the same ones as files). Rows, from what
nobody can have to what anybody can:

    true risk                            the planted risk
    Bayes                                its expectation given the world, all tokens and which of them are informative
    Bayes, patches guessed               the same, but patches far from every background centre count as informative
    Cox, 20,000 patients                 Cox's regression on the means of informative tokens (48 + 32 numbers), from --many
    Cox on the factors                   the nine planted factors themselves, from 300 patients
    Cox on components                    six principal components of those means in either modality, from 300 patients
    Cox on components, patches guessed   the same, with background centres learned from the 300 patients' patches
    ridge Cox                            all 80 numbers, penalty by five inner folds, from 300 patients
    ridge Cox on plain means             means over all patches and all gene sets instead, from 300 patients

Informative gene sets are known in all but the last row.

The table has the mean and sd of Harrell's C over the worlds. It needs PyTorch (for its random numbers) and numpy.
"""

import argparse

import numpy
import torch

PATCHES, SETS, INFORMATIVE_SETS, FEATURES, GENES, SHARE = 96, 40, 8, 48, 32, 0.15
WEIGHTS = numpy.array([0.5] * 3 + [0.4] * 6)  # of shared, histology's and genomics' factors
CENTRES = 6
FAR = 48 + 3.5 * 96**0.5  # squared distance from a centre that background patches stay below: chi-squared, 48 degrees


# The prototype's cohorts, in the order in which it draws them.


def world_of(stream):
    def normals(rows, columns):
        return torch.randn(rows, columns, generator=stream)

    return {
        "h": normals(6, FEATURES) * 0.6,
        "g": normals(6, GENES) * 0.5,
        "load": normals(SETS, GENES).abs(),
        "background": normals(CENTRES, FEATURES),
    }


def draw(n, stream, world):
    z, u_h, u_g = (torch.randn(n, 3, generator=stream) for _ in range(3))
    which = torch.randint(CENTRES, (n, PATCHES), generator=stream)
    x = world["background"][which] + torch.randn(n, PATCHES, FEATURES, generator=stream)
    informative = torch.rand(n, PATCHES, generator=stream) < SHARE
    signal = torch.cat([z, u_h], 1) @ world["h"]
    x = torch.where(informative[..., None], signal[:, None] + torch.randn(n, PATCHES, FEATURES, generator=stream), x)
    genes = torch.randn(n, SETS, GENES, generator=stream)
    shown = torch.cat([z, u_g], 1) @ world["g"]
    genes[:, :INFORMATIVE_SETS] += shown[:, None] * world["load"][None, :INFORMATIVE_SETS]
    risk = 0.5 * z.sum(1) + 0.4 * u_h.sum(1) + 0.4 * u_g.sum(1)
    event_time = -torch.log(torch.rand(n, generator=stream)) * torch.exp(-risk)
    censoring = -torch.log(torch.rand(n, generator=stream)) * 1.5
    return {
        "patches": x.numpy(),
        "informative": informative.numpy(),
        "genes": genes.numpy(),
        "time": torch.minimum(event_time, censoring).numpy().astype(float),
        "event": (event_time <= censoring).numpy(),
        "risk": risk.numpy().astype(float),
        "factors": torch.cat([z, u_h, u_g], 1).numpy().astype(float),
    }


# What is known of a patient.


def means(x, chosen):
    """Mean over the chosen patches, and their number; zeros where there are none."""
    count = chosen.sum(1)
    return numpy.einsum("ntf,nt->nf", x, chosen.astype(x.dtype)) / numpy.maximum(count, 1)[:, None], count


def far_from(centres, x):
    """Patches that lie far from every centre."""
    squares = (x**2).sum(-1)[..., None] - 2 * x @ centres.T + (centres**2).sum(-1)
    return squares.min(-1) > FAR


def background_centres(x, rng):
    """Where patches lie densest, six times over: mean shift from sixty patches, the patches near what was found left out
    of the next search. Learned from the training patients' patches alone."""
    points = x.reshape(-1, FEATURES)
    starts = points[rng.choice(len(points), 60, replace=False)]
    found = []
    for _ in range(CENTRES):
        best, most = None, -1
        for centre in starts:
            for _ in range(8):
                near = ((points - centre) ** 2).sum(-1) < FAR + FEATURES / 2
                if near.sum() < 20:
                    break
                centre = points[near].mean(0)
            size = (((points - centre) ** 2).sum(-1) < FAR).sum()
            if size > most and all(((centre - other) ** 2).sum() > 10 for other in found):
                best, most = centre, size
        found.append(best)
        points = points[((points - best) ** 2).sum(-1) > FAR]
    return numpy.stack(found)


def expected_risk(patients, world, chosen):
    """E[risk | tokens]: factors are normal, tokens normal around what the factors show."""
    w_h, w_g = world["h"].numpy().astype(float), world["g"].numpy().astype(float)
    load = world["load"].numpy().astype(float)[:INFORMATIVE_SETS]
    own_h, count = means(patients["patches"], chosen)
    a_h = numpy.zeros((9, FEATURES))
    a_h[:3], a_h[3:6] = w_h[:3], w_h[3:]
    a_g = numpy.zeros((9, INFORMATIVE_SETS * GENES))
    shown = w_g[:, None] * load[None]  # [6, sets, genes]
    a_g[:3], a_g[6:] = shown[:3].reshape(3, -1), shown[3:].reshape(3, -1)
    of_genes = patients["genes"][:, :INFORMATIVE_SETS].reshape(len(count), -1).astype(float) @ a_g.T
    risk = numpy.empty(len(count))
    for i, c in enumerate(count):
        precision = numpy.eye(9) + c * a_h @ a_h.T + a_g @ a_g.T
        risk[i] = WEIGHTS @ numpy.linalg.solve(precision, c * a_h @ own_h[i] + of_genes[i])
    return risk


# Cox's regression and Harrell's C.


def concordance(patients, risk):
    time, event = patients["time"], patients["event"]
    comparable = (time[:, None] < time[None]) & event[:, None]
    higher = (risk[:, None] > risk[None]) + 0.5 * (risk[:, None] == risk[None])
    return (higher * comparable).sum() / comparable.sum()


def cox(x, time, event, penalty):
    """Coefficients that minimise -l/n + penalty/2 |b|² (Breslow), by damped Newton steps."""
    order = numpy.argsort(-time, kind="stable")
    x, event = x[order], event[order]
    n, p = x.shape

    def value(b):
        score = x @ b
        top = score.max()
        return -(score - top - numpy.log(numpy.cumsum(numpy.exp(score - top))))[event].sum() / n + penalty / 2 * b @ b

    b = numpy.zeros(p)
    now = value(b)
    for _ in range(50):
        weight = numpy.exp(x @ b - (x @ b).max())
        s0 = numpy.cumsum(weight)
        mean = (numpy.cumsum(weight[:, None] * x, 0) / s0[:, None])[event]
        hazard = numpy.cumsum((event / s0)[::-1])[::-1]
        gradient = -(x[event] - mean).sum(0) / n + penalty * b
        hessian = (x.T @ ((weight * hazard)[:, None] * x) - mean.T @ mean) / n + penalty * numpy.eye(p)
        step = numpy.linalg.solve(hessian + 1e-9 * numpy.eye(p), gradient)
        size = 1.0
        while value(b - size * step) > now and size > 1e-6:
            size /= 2
        b = b - size * step
        before, now = now, value(b)
        if before - now < 1e-10:
            break
    return b


def learned(train, x, judged, y, penalty=0.0):
    centre, scale = x.mean(0), x.std(0) + 1e-9
    b = cox((x - centre) / scale, train["time"], train["event"], penalty)
    return (y - centre) / scale @ b


def ridge(train, x, judged, y, rng):
    penalties = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
    fold = rng.permutation(len(x)) % 5
    scores = []
    for penalty in penalties:
        of = []
        for k in range(5):
            part = {key: train[key][fold != k] for key in ("time", "event")}
            held = {key: train[key][fold == k] for key in ("time", "event")}
            of.append(concordance(held, learned(part, x[fold != k], held, x[fold == k], penalty)))
        scores.append(numpy.mean(of))
    return learned(train, x, judged, y, penalties[int(numpy.argmax(scores))])


def components(x, y):
    """Six principal components learned from x, of both."""
    centre = x.mean(0)
    _, _, directions = numpy.linalg.svd(x - centre, full_matrices=False)
    return (x - centre) @ directions[:6].T, (y - centre) @ directions[:6].T


def one_world(seed, many):
    stream = torch.Generator().manual_seed(seed)
    world = world_of(stream)
    train, judged = draw(300, stream, world), draw(400, stream, world)
    rng = numpy.random.default_rng(seed)
    true_centres = world["background"].numpy()
    rows = {"true risk": judged["risk"]}
    rows["Bayes"] = expected_risk(judged, world, judged["informative"])
    rows["Bayes, patches guessed"] = expected_risk(judged, world, far_from(true_centres, judged["patches"]))

    def seen(patients, chosen):
        h, _ = means(patients["patches"], chosen)
        return h.astype(float), patients["genes"][:, :INFORMATIVE_SETS].mean(1).astype(float)

    (x_h, x_g), (y_h, y_g) = seen(train, train["informative"]), seen(judged, judged["informative"])
    x, y = numpy.hstack([x_h, x_g]), numpy.hstack([y_h, y_g])
    big = {"x": [], "time": [], "event": []}
    for _ in range(many // 1000):
        more = draw(1000, stream, world)
        big["x"].append(numpy.hstack(seen(more, more["informative"])))
        big["time"].append(more["time"])
        big["event"].append(more["event"])
    if many >= 1000:
        big = {key: numpy.concatenate(value) for key, value in big.items()}
        rows[f"Cox, {many:,} patients"] = learned(big, big["x"], judged, y)
    rows["Cox on the factors"] = learned(train, train["factors"], judged, judged["factors"])
    (c_h, d_h), (c_g, d_g) = components(x_h, y_h), components(x_g, y_g)
    rows["Cox on components"] = learned(train, numpy.hstack([c_h, c_g]), judged, numpy.hstack([d_h, d_g]))
    centres = background_centres(train["patches"], rng)
    (f_h, _), (e_h, _) = (seen(p, far_from(centres, p["patches"])) for p in (train, judged))
    c_h, d_h = components(f_h, e_h)
    rows["Cox on components, patches guessed"] = learned(
        train, numpy.hstack([c_h, c_g]), judged, numpy.hstack([d_h, d_g])
    )
    rows["ridge Cox"] = ridge(train, x, judged, y, rng)

    def plain(patients):
        return numpy.hstack([patients["patches"].mean(1), patients["genes"].mean(1)]).astype(float)

    rows["ridge Cox on plain means"] = ridge(train, plain(train), judged, plain(judged), rng)
    return {name: concordance(judged, risk) for name, risk in rows.items()}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--many", type=int, default=20000)
    chosen = options.parse_args()
    torch.set_num_threads(1)
    worlds = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        worlds.append(one_world(seed, chosen.many))
        print(f"seed {seed}: " + ", ".join(f"{name} {value:.4f}" for name, value in worlds[-1].items()), flush=True)
    print(f"\nmean of {len(worlds)} worlds, numpy {numpy.__version__}, torch {torch.__version__}")
    for name in worlds[0]:
        values = numpy.array([world[name] for world in worlds])
        print(f"{name:<38}{values.mean():.4f}  sd {values.std(ddof=1) if len(values) > 1 else 0:.4f}")


main()
