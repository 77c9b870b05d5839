"""Regression whose errors resemble each other from period to period, by an unknown amount.

Between neighbouring periods the errors have the correlation ρ (AR(1)), or a part of them has and
the rest is white. How large ρ is, a short series tells badly, and an interval that takes its best
guess for the truth is too narrow: so the answer is worked out for every ρ of a grid, exactly, and
mixed by how well each explains the readings before the start. The same is done for the share that
is white, and for the strength by which comparison series are shrunk.

Source: Zellner and Tiao 1964, J. Am. Stat. Assoc. 59:763 (posterior of a regression with AR(1)
errors, ρ integrated numerically); Berger, De Oliveira and Sansó 2001, J. Am. Stat. Assoc. 96:1361
(integrated likelihood of correlated errors with a flat prior of the coefficients).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.series.mixtures import Mixture
from lamppost.engines.impact.study import Floats

_LOWEST, _HIGHEST, _STEPS = -0.6, 0.998, 48
_LOWEST_MIXED, _STEPS_MIXED = 0.3, 16
_WHITE = (0.25, 0.5)  # shares of the error that do not last
_PURE = 0.95  # prior that all of it lasts
_PRIOR = 0.375
_ABSENT = 1e-12  # prior variance of a coefficient that is not there
_FAINT = 1e-6  # cells with less of the weight are left out


@dataclass(frozen=True, eq=False)
class Design:
    """Regressors of the periods before the start and of those after.

    Attributes
    ----------
    before : float64 array, (n, p)
        Of periods with a reading.
    after : float64 array, (m, p)
    places, places_after : int64 arrays, (n,) and (m,)
        Number of each period; gaps between numbers are periods without a reading.
    shrunk : bool array, (p,)
        Coefficients that are drawn to zero; the others are free.
    strengths : float64 array, (s,) or (s, number of shrunk coefficients)
        Prior variances of the shrunk coefficients as multiples of the errors' variance, to be
        mixed; 0 where they are absent. One for all of them, or one for each.
    log_prior : float64 array, (s,)
        Prior weight of each strength.
    """

    before: Floats
    after: Floats
    places: NDArray[np.int64]
    places_after: NDArray[np.int64]
    shrunk: NDArray[np.bool_]
    strengths: Floats
    log_prior: Floats


@dataclass(frozen=True, eq=False)
class Posterior:
    """Cells (ρ, setting) with their weight and what each says of the coefficients.

    Attributes
    ----------
    design : Design
    rho, white, weights : float64 arrays, (C,)
        Correlation of the part of the errors that lasts, share of the part that does not.
    setting : int64 array, (C,)
        Place in ``design.strengths``.
    coefficients : float64 array, (C, p)
    inverse : float64 array, (C, p, p)
        Covariance of the coefficients over the errors' variance.
    variance : float64 array, (C,)
        Estimate of the errors' stationary variance.
    freedom : float
    last, last_rows, doubt : float64 arrays, (C,), (C, p) and (C,)
        The lasting part of the last error as the readings before tell it, how coefficients enter
        it, and its variance over the errors'.
    surprises, spreads : float64 arrays, (C, n)
        What each period before the start read beyond what the earlier ones foretold, and its
        variance over the errors'.
    """

    design: Design
    rho: Floats
    white: Floats
    setting: NDArray[np.intp]
    weights: Floats
    coefficients: Floats
    inverse: Floats
    variance: Floats
    freedom: float
    last: Floats
    last_rows: Floats
    doubt: Floats
    surprises: Floats
    spreads: Floats

    def mean_rho(self) -> float:
        """Return the posterior mean of the correlation between neighbouring periods."""
        return float(self.weights @ (self.rho * (1 - self.white)))

    def paths(self) -> Mixture:
        """Return what each period after the start would have read, one period at a time."""
        means, offsets, ahead = self._ahead()
        known = 1 - self.white - self.doubt
        noise = 1 - known[:, None] * np.power(self.rho[:, None], 2 * ahead)
        estimated = (offsets @ self.inverse * offsets).sum(axis=-1)
        scales = np.sqrt(self.variance[:, None] * (noise + estimated))
        return Mixture(self.weights, means, scales, self.freedom)

    def bands(self, level: float) -> tuple[Floats, Floats, Floats]:
        """Return mean and both ends for each period after the start, each (m,), for charts.

        For the ends the strengths of each kind of errors are merged.
        """
        paths = self.paths()
        return paths.mean(), *paths.merged(self.rho + 10 * self.white).quantiles(level)

    def total(self, shares: Floats) -> Mixture:
        """Return the sum of the periods after the start with these weights, (m,)."""
        means, noise, estimated = self.parts(shares)
        scales = np.sqrt(noise + estimated)
        return Mixture(self.weights, means[:, None], scales[:, None], self.freedom)

    def parts(self, shares: Floats) -> tuple[Floats, Floats, Floats]:
        """Return mean, variance by new errors and variance by estimation of the sum, each (C,)."""
        means, offsets, ahead = self._ahead()
        offset = shares @ offsets
        estimated = ((offset[:, None] @ self.inverse)[:, 0] * offset).sum(axis=-1)
        carried = np.power(self.rho[:, None], ahead) @ shares
        lasting = (1 - self.white) * _variance_of_sum(self.rho, self.design.places_after, shares)
        known = 1 - self.white - self.doubt
        noise = lasting + self.white * (shares @ shares) - known * carried**2
        return means @ shares, self.variance * np.maximum(noise, 0.0), self.variance * estimated

    def _ahead(self) -> tuple[Floats, Floats, Floats]:
        """Means (C, m), rows by which coefficients enter (C, m, p), periods ahead (m,)."""
        design = self.design
        ahead = (design.places_after - design.places[-1]).astype(np.float64)
        carry = np.power(self.rho[:, None], ahead)
        offsets = design.after - carry[:, :, None] * self.last_rows[:, None]
        means = self.coefficients @ design.after.T + carry * self.last[:, None]
        return means, offsets, ahead

    def one_step(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Return what each period before the start was expected to read, its scale, and surprise.

        Returns
        -------
        expected, scale, surprise : float64 arrays, (n,)
            From the regression and the error of the period before; surprise is what was read
            minus what was expected, over the scale.
        """
        expected = values - self.weights @ self.surprises
        scale = np.sqrt(self.weights @ (self.variance[:, None] * self.spreads))
        surprise = (values - expected) / np.maximum(scale, np.finfo(float).tiny)
        return expected, scale, surprise


def _variance_of_sum(rho: Floats, places: NDArray[np.int64], shares: Floats) -> Floats:
    """Variance of a weighted sum of errors over their variance, (C,); O(C m)."""
    line = np.zeros(int(places[-1] - places[0]) + 1)
    line[places - places[0]] = shares
    lags = np.correlate(line, line, mode="full")[len(line) - 1 :]
    lags[1:] *= 2
    found: Floats = np.power(rho[:, None], np.arange(len(lags))) @ lags
    return found


def error_grid() -> tuple[Floats, Floats, Floats]:
    """Return the errors to be mixed: ρ and the white share, (G,), and the log of their prior.

    With 95 % of the prior all of the error lasts (AR(1)), with the rest a quarter or half of it is
    white: sensors and counts scatter anew in every period. Without that, the lasting part is taken
    for much shorter than it is: with half of the error white and ρ = .9, intervals covered .774
    (500 panels, 90 periods before); with it about .9. More prior would cover still more there, and
    make intervals 1.3 times an oracle's where errors are independent (prior of a half; 1.1 here).

    The grid is even in arcsin ρ: denser towards one, where a small difference changes the answer
    most. The prior is (1 - ρ²)^-⅛, a quarter of the way from flat to Jeffreys' (1 - ρ²)^-½. Three
    were compared without a white part (400 panels a cell): flat covered .945 at ρ = .8 and .930
    at .9; Jeffreys' .963 and .955 with intervals 18 and 14 % wider; halfway, they were 1.31 times
    an oracle's at .8. This one lies between flat and halfway.
    """
    parts = [_lasting(_LOWEST, _STEPS, 0.0, _PURE)]
    parts += [
        _lasting(_LOWEST_MIXED, _STEPS_MIXED, white, (1 - _PURE) / len(_WHITE)) for white in _WHITE
    ]
    rho, white, prior = (np.concatenate(each) for each in zip(*parts, strict=True))
    return rho, white, np.log(prior)


def _lasting(
    lowest: float, steps: int, white: float, share: float
) -> tuple[Floats, Floats, Floats]:
    turned = np.linspace(np.arcsin(lowest), np.arcsin(_HIGHEST), steps)
    prior = np.cos(turned) ** (2 * _PRIOR)
    return np.sin(turned), np.full(steps, white), share * prior / prior.sum()


def fit(values: Floats, design: Design) -> Posterior:
    """Work out every cell's regression and how much of the weight it has.

    Parameters
    ----------
    values : float64 array, (n,)
        Readings before the start, none missing (gaps are told by ``design.places``).
    design : Design

    Returns
    -------
    Posterior

    Notes
    -----
    With R(ρ) the errors' correlation matrix and D the prior precision of the coefficients (zero
    for free ones), A = X'R⁻¹X + D, b = A⁻¹X'R⁻¹y, S = y'R⁻¹y - b'Ab, ν = n minus the free
    coefficients: the coefficients are Student t with ν degrees, mean b, scale S/ν A⁻¹, and the
    cell's weight is |R|^-½ |A|^-½ |D|^½ S^-ν/2 times the prior. R⁻¹ is never formed: a filter makes
    the columns independent, O(n G p) for G kinds of errors; O(G n p² + C p³) for the cells.
    """
    free = design.before[:, ~design.shrunk]
    start = np.linalg.lstsq(free, values, rcond=None)[0]
    rest = values - free @ start
    rho, white, prior = error_grid()
    table = np.column_stack([design.before, rest])
    told = _Told(table, design.places, rho, white)
    cells = _Cells(told.moments(), prior - 0.5 * told.log_size(), design, float(len(values)))
    log_weight = cells.log_weight
    weight = np.exp(log_weight - log_weight.max())
    kept = np.nonzero(weight > _FAINT * weight.sum())
    inverse, coefficients = cells.solve(*kept)
    own = np.concatenate([-coefficients, np.ones((len(coefficients), 1))], axis=1)
    last = told.last[kept[0]]
    spreads = told.spreads.T[kept[0]]
    surprises = (told.surprises[:, kept[0]] * own).sum(axis=-1).T * np.sqrt(spreads)
    coefficients[:, ~design.shrunk] += start
    return Posterior(
        design=design,
        rho=rho[kept[0]],
        white=white[kept[0]],
        setting=kept[1],
        weights=weight[kept] / weight[kept].sum(),
        coefficients=coefficients,
        inverse=inverse,
        variance=cells.left[kept] / cells.freedom,
        freedom=cells.freedom,
        last=(last * own).sum(axis=-1),
        last_rows=last[:, :-1],
        doubt=told.doubt[kept[0]],
        surprises=surprises,
        spreads=spreads,
    )


class _Told:
    """What each period tells beyond the earlier ones, by column, for every error of the grid.

    The Kalman filter of a lasting and a white part: ``surprises`` (n, G, k) have variance one and
    do not resemble each other; ``spreads`` (n, G) are their variances; ``last`` (G, k) is the
    lasting part at the last period and ``doubt`` (G,) its variance. O(n G k).
    """

    def __init__(
        self, table: Floats, places: NDArray[np.int64], rho: Floats, white: Floats
    ) -> None:
        count, columns = table.shape
        self.spreads = np.empty((count, len(rho)))
        keep, take = np.empty((2, count, len(rho)))  # of the lasting part so far, of what is read
        gaps = np.diff(places, append=places[-1])
        carries = {int(gap): rho ** float(gap) for gap in np.unique(gaps)}
        doubt = 1 - white
        for at in range(count):
            carry = carries[int(gaps[at])]
            self.spreads[at] = spread = doubt + white
            take[at] = carry * doubt / spread
            keep[at] = carry - take[at]
            doubt = doubt * white / spread
            if at < count - 1:
                square = carry * carry
                doubt = square * doubt + (1 - white) * (1 - square)
        lasting = np.zeros((count + 1, len(rho), columns))
        lasting[1:] = take[:, :, None] * table[:, None]
        for at in range(1, count):
            lasting[at + 1] += keep[at][:, None] * lasting[at]
        self.surprises = table[:, None] - lasting[:-1]
        self.surprises /= np.sqrt(self.spreads)[:, :, None]
        self.last, self.doubt = lasting[-1], doubt

    def moments(self) -> Floats:
        """Return Z'R⁻¹Z for the columns Z, (G, k, k)."""
        found: Floats = self.surprises.transpose(1, 2, 0) @ self.surprises.transpose(1, 0, 2)
        return found

    def log_size(self) -> Floats:
        """Return log |R|, (G,)."""
        found: Floats = np.log(self.spreads).sum(axis=0)
        return found


class _Cells:
    """Every ρ (G) with every strength (s), without solving a large system for each.

    The free coefficients are taken out first; in the eigenvectors of what is left, a strength for
    all coefficients is a diagonal. Where each has its own, they are few and solved one by one.
    """

    def __init__(self, moments: Floats, log_prior: Floats, design: Design, count: float) -> None:
        free, shrunk = np.flatnonzero(~design.shrunk), np.flatnonzero(design.shrunk)
        self.moments, self.shrunk = moments, design.shrunk
        self.precision = 1 / np.maximum(design.strengths, _ABSENT)
        self.freedom = count - float(len(free))
        inner = moments[:, free[:, None], free]
        others = np.append(shrunk, moments.shape[1] - 1)  # the last is the series itself
        across = moments[:, free[:, None], others]
        rest = moments[:, others[:, None], others] - np.swapaxes(across, 1, 2) @ np.linalg.solve(
            inner, across
        )
        explained, log_size = self._shrink(rest)
        self.left = np.maximum(rest[:, -1:, -1] - explained, np.finfo(float).tiny)
        self.log_weight = (
            (log_prior - 0.5 * np.linalg.slogdet(inner)[1])[:, None]
            + design.log_prior
            - 0.5 * log_size
            - 0.5 * self.freedom * np.log(self.left)
        )

    def _shrink(self, rest: Floats) -> tuple[Floats, Floats]:
        """Squares that the shrunk coefficients explain, and log |1 + their share|; both (G, s)."""
        inside, sides = rest[:, :-1, :-1], rest[:, -1, :-1]
        if self.precision.ndim == 1:
            sizes, turned = np.linalg.eigh(inside)
            sides = (sides[:, None] @ turned)[:, 0]
            system = np.maximum(sizes, 0.0)[:, None] + self.precision[:, None]
            parts = np.log(system) - np.log(self.precision)[:, None]
            return (sides[:, None] ** 2 / system).sum(axis=-1), parts.sum(axis=-1)
        root = 1 / np.sqrt(self.precision)  # so that an absent one is a row of the unit matrix
        system = inside[:, None] * root[:, :, None] * root[:, None] + np.eye(root.shape[1])
        scaled = sides[:, None] * root
        solved = np.linalg.solve(system, scaled[..., None])[..., 0]
        return (scaled * solved).sum(axis=-1), np.linalg.slogdet(system)[1]

    def solve(self, rho: NDArray[np.intp], setting: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return inverse, (C, p, p), and coefficients, (C, p), of these cells."""
        system = self.moments[rho, :-1, :-1].copy()
        places = np.flatnonzero(self.shrunk)
        own = self.precision[setting]
        system[:, places, places] += own[:, None] if own.ndim == 1 else own
        try:
            inverse = np.asarray(np.linalg.inv(system), dtype=np.float64)
        except np.linalg.LinAlgError:
            # More comparison units than readings, hardly shrunk: the shortest of all solutions.
            inverse = np.asarray(np.linalg.pinv(system, hermitian=True), dtype=np.float64)
        return inverse, (inverse @ self.moments[rho, :-1, -1:])[..., 0]
