"""Slow twins of engines/impact/series: dense matrices, contrasts and loops; no shared code.

Correlated errors: the likelihood of the contrasts that no free coefficient touches, and universal
kriging with the full covariance matrix, instead of tridiagonal sums and Schur complements.
"""

from __future__ import annotations

from math import asin, cos, exp, log, sin, sqrt
from typing import Any

import numpy as np
from scipy import linalg, optimize, stats

Array = np.ndarray[Any, Any]


def correlation(first: Array, second: Array, rho: float, white: float) -> Array:
    found = np.zeros((len(first), len(second)))
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            lag = abs(int(one) - int(other))
            found[i, j] = 1.0 if lag == 0 else (1 - white) * rho**lag
    return found


def correlated_cells(
    values: Array,
    before: Array,
    after: Array,
    places: Array,
    places_after: Array,
    shrunk: Array,
    strengths: Array,
    log_prior: Array,
) -> list[dict[str, Any]]:
    """Return weight, path (m,), covariance (m, m) and coefficients for each ρ and strength.

    A strength is one number, or one for each shrunk coefficient.
    """
    free = before[:, ~shrunk]
    contrasts = linalg.null_space(free.T)
    freedom = contrasts.shape[1]
    cells = []
    for rho, white, likely in errors():
        for strength, prior in zip(strengths, log_prior, strict=True):
            slab = before[:, shrunk] * strength @ before[:, shrunk].T
            whole = correlation(places, places, rho, white) + slab
            reduced = contrasts.T @ whole @ contrasts
            rest = contrasts.T @ values
            square = rest @ linalg.solve(reduced, rest, assume_a="pos")
            size = np.linalg.slogdet(reduced)[1]
            weight = log(likely) + prior - 0.5 * size - 0.5 * freedom * log(square)
            columns = (before, after, places, places_after, shrunk)
            found = kriged(values, whole, rho, white, strength, *columns)
            found |= {"log_weight": weight, "variance": square / freedom, "rho": rho * (1 - white)}
            cells.append(found | {"freedom": freedom})
    best = max(cell["log_weight"] for cell in cells)
    total = sum(exp(cell["log_weight"] - best) for cell in cells)
    for cell in cells:
        cell["weight"] = exp(cell["log_weight"] - best) / total
    return cells


def errors() -> list[tuple[float, float, float]]:
    """Correlation, white share and prior of every kind of errors."""
    found = []
    for white, lowest, steps, share in (
        (0.0, -0.6, 48, 0.95),
        (0.25, 0.3, 16, 0.025),
        (0.5, 0.3, 16, 0.025),
    ):
        low, high = asin(lowest), asin(0.998)
        turned = [low + (high - low) * step / (steps - 1) for step in range(steps)]
        whole = sum(cos(one) ** 0.75 for one in turned)
        found += [(sin(one), white, share * cos(one) ** 0.75 / whole) for one in turned]
    return found


def kriged(
    values: Array,
    whole: Array,
    rho: float,
    white: float,
    strength: float,
    before: Array,
    after: Array,
    places: Array,
    places_after: Array,
    shrunk: Array,
) -> dict[str, Any]:
    free, free_after = before[:, ~shrunk], after[:, ~shrunk]
    old = correlation(places_after, places, rho, white)
    across = old + after[:, shrunk] * strength @ before[:, shrunk].T
    new = correlation(places_after, places_after, rho, white)
    late = new + after[:, shrunk] * strength @ after[:, shrunk].T
    inverse = np.linalg.inv(whole)
    precision = free.T @ inverse @ free
    beta = np.linalg.solve(precision, free.T @ inverse @ values)
    rest = values - free @ beta
    path = free_after @ beta + across @ inverse @ rest
    offset = free_after - across @ inverse @ free
    covariance = late - across @ inverse @ across.T + offset @ np.linalg.inv(precision) @ offset.T
    coefficients = np.zeros(before.shape[1])
    coefficients[~shrunk] = beta
    coefficients[shrunk] = strength * (before[:, shrunk].T @ inverse @ rest)
    known = np.linalg.solve(correlation(places, places, rho, white), old.T)
    return {
        "path": path,
        "covariance": covariance,
        "coefficients": coefficients,
        "noise": new - old @ known,
    }


def mixture_quantile(
    weights: list[float], means: list[float], scales: list[float], freedom: float, share: float
) -> float:
    def excess(at: float) -> float:
        return share_below(weights, means, scales, freedom, at) - share

    reach = 200 * max(scales) + max(means) - min(means)
    return float(optimize.brentq(excess, min(means) - reach, max(means) + reach, xtol=1e-13))


def share_below(
    weights: list[float], means: list[float], scales: list[float], freedom: float, at: float
) -> float:
    total = 0.0
    for weight, mean, scale in zip(weights, means, scales, strict=True):
        total += weight * float(stats.t.cdf((at - mean) / scale, freedom))
    return total


def average_effect(
    cells: list[dict[str, Any]], actual: Array, level: float
) -> tuple[float, float, float]:
    """Estimate and both ends of the mean of what was read minus what was foretold."""
    count = len(actual)
    share = np.full(count, 1 / count)
    heavy = [cell for cell in cells if cell["weight"] > 1e-9]
    weights = [cell["weight"] for cell in heavy]
    means = [float(share @ cell["path"]) for cell in heavy]
    scales = [sqrt(cell["variance"] * share @ cell["covariance"] @ share) for cell in heavy]
    freedom = heavy[0]["freedom"]
    middle = sum(w * m for w, m in zip(weights, means, strict=True))
    low = mixture_quantile(weights, means, scales, freedom, 0.5 - level / 2)
    high = mixture_quantile(weights, means, scales, freedom, 0.5 + level / 2)
    return actual.mean() - middle, actual.mean() - high, actual.mean() - low


def newey_west(rows: Array, values: Array, lags: int) -> tuple[Array, Array]:
    """Coefficients and standard errors, sums over pairs of periods one by one."""
    count, p = rows.shape
    inverse = np.linalg.inv(rows.T @ rows)
    beta = inverse @ rows.T @ values
    rest = values - rows @ beta
    middle = np.zeros((p, p))
    for i in range(count):
        for j in range(count):
            if abs(i - j) <= lags:
                weight = 1 - abs(i - j) / (lags + 1)
                middle += weight * rest[i] * rest[j] * np.outer(rows[i], rows[j])
    covariance = inverse @ middle @ inverse * count / (count - p)
    return beta, np.sqrt(np.diag(covariance))


def structural(
    values: Array, before: Array, after: Array, level: float
) -> tuple[float, float, float]:
    """Mean and ends of the mean after the start under the local-level model, in its own units."""
    n, m = len(values), len(after)
    spread, middle = values.std(ddof=1), values.mean()
    scaled = (values - middle) / spread
    share = np.full(m, 1 / m)
    walk = np.minimum.outer(np.arange(1, n + m + 1.0), np.arange(1, n + m + 1.0))
    step = log(1000) / 39
    weights, means, scales = [], [], []
    for i in range(40):
        error = 1e-3 * exp(step * i)
        for j in range(int(-log(3e-6) / step) + 1):
            wander = 3e-6 * exp(step * j)
            whole = wander * walk + error * np.eye(n + m)
            inverse = np.linalg.inv(whole[:n, :n])
            precision = before.T @ inverse @ before
            beta = np.linalg.solve(precision, before.T @ inverse @ scaled)
            rest = scaled - before @ beta
            offset = after - whole[n:, :n] @ inverse @ before
            late = whole[n:, n:] - whole[n:, :n] @ inverse @ whole[:n, n:]
            late = late + offset @ np.linalg.inv(precision) @ offset.T
            means.append(float(share @ (after @ beta + whole[n:, :n] @ inverse @ rest)))
            scales.append(sqrt(share @ late @ share))
            size = np.linalg.slogdet(whole[:n, :n])[1] + np.linalg.slogdet(precision)[1]
            weights.append(
                -0.5 * (size + rest @ inverse @ rest)
                + stats.invgamma.logpdf(error, 25, scale=5)
                + stats.invgamma.logpdf(wander, 16, scale=16 * 0.01**2)
                + log(error)
                + log(wander)
            )
    best = max(weights)
    heavy = [k for k, weight in enumerate(weights) if weight > best - 18]
    total = sum(exp(weights[k] - best) for k in heavy)
    shares = [exp(weights[k] - best) / total for k in heavy]
    ours, wide = [means[k] for k in heavy], [scales[k] for k in heavy]
    mean = sum(w * m for w, m in zip(shares, ours, strict=True))
    ends = [mixture_quantile(shares, ours, wide, 1e8, side) for side in
            (0.5 - level / 2, 0.5 + level / 2)]  # fmt: skip
    return tuple(middle + spread * one for one in (mean, *ends))  # type: ignore[return-value]
