"""Polis' published formulas once more, slowly, in plain Python: no numpy, nothing of the engine.

Votes are dictionaries: ``votes[person][statement] = 1, 0 or -1``. Written from the description in
the Polis sources (math/src/polismath/math), independently of ``lamppost.engines.opinion``.
"""

from __future__ import annotations

import math
from itertools import combinations

Votes = dict[str, dict[int, int]]
Z90 = 1.2816


def sums(votes: Votes, statements: list[int]) -> tuple[list, list, list]:
    """N, A and B by going through every person and every pair of statements."""
    size = len(statements)
    both = [[0] * size for _ in range(size)]
    products = [[0] * size for _ in range(size)]
    firsts = [[0] * size for _ in range(size)]
    for own in votes.values():
        for j, first in enumerate(statements):
            for k, second in enumerate(statements):
                if first in own and second in own:
                    both[j][k] += 1
                    products[j][k] += own[first] * own[second]
                    firsts[j][k] += own[first]
    return both, products, firsts


def imputed_gram(votes: Votes, statements: list[int], aside: set[int]) -> list[list[float]]:
    """X'X of the matrix whose gaps are filled with column means and which is then centred."""
    columns = []
    for statement in statements:
        given = [own[statement] for own in votes.values() if statement in own]
        mean = sum(given) / len(given) if given else 0.0
        if statement in aside:
            columns.append([0.0] * len(votes))
        else:
            columns.append([own.get(statement, mean) - mean for own in votes.values()])
    return [
        [math.fsum(a * b for a, b in zip(first, second, strict=True)) for second in columns]
        for first in columns
    ]


def projection(
    votes: Votes, statements: list[int], aside: set[int], components: list[list[float]]
) -> list[tuple[float, float]]:
    """Where each person stands: sqrt(S / n) times the sum over the statements they voted on."""
    means = {}
    for statement in statements:
        given = [own[statement] for own in votes.values() if statement in own]
        means[statement] = sum(given) / len(given) if given and statement not in aside else 0.0
    places = []
    for own in votes.values():
        # a statement set aside is a column of zeros that everybody is taken to have answered
        answered = sum(1 for s in statements if s in own or s in aside)
        stretch = math.sqrt(len(statements) / max(answered, 1))
        place = []
        for component in components:
            total = 0.0
            for weight, statement in zip(component, statements, strict=True):
                if statement in own and statement not in aside:
                    total += (own[statement] - means[statement]) * weight
            place.append(stretch * total)
        places.append((place[0], place[1]))
    return places


def in_conversation(votes: Votes, statements: list[int]) -> list[str]:
    """People with min(7, S) votes; with fewer than 15 of them, the busiest others are added."""
    counted = {person: len(own) for person, own in votes.items()}
    needed = max(1, min(7, len(statements)))
    present = [person for person, count in counted.items() if count >= needed]
    rest = [p for p in votes if p not in present and counted[p] > 0]
    rest.sort(key=lambda person: -counted[person])
    chosen = set(present + rest[: max(0, 15 - len(present))])
    return [person for person in votes if person in chosen]


def silhouette(points: list[tuple[float, float]], labels: list[int]) -> float:
    if len(set(labels)) == 1:
        return -1.0
    scores = []
    for here, (point, label) in enumerate(zip(points, labels, strict=True)):
        distances: dict[int, list[float]] = {}
        for there, (other, group) in enumerate(zip(points, labels, strict=True)):
            if here != there:
                distances.setdefault(group, []).append(math.dist(point, other))
        if label not in distances:
            scores.append(0.0)
            continue
        own = sum(distances[label]) / len(distances[label])
        nearest = min(sum(d) / len(d) for group, d in distances.items() if group != label)
        widest = max(own, nearest)
        scores.append((nearest - own) / widest if widest > 0 else 0.0)
    return sum(scores) / len(scores)


def kmeans(
    points: list[tuple[float, float]], weights: list[float], count: int, steps: int
) -> tuple[list[int], list[tuple[float, float]]]:
    """Lloyd from the first distinct points; empty clusters go; stop when nothing moves by 0.01."""
    centres: list[tuple[float, float]] = []
    for point in points:
        if point not in centres and len(centres) < count:
            centres.append(point)
    labels = [0] * len(points)
    for _ in range(steps):
        old = centres
        labels = [
            min(range(len(old)), key=lambda c, p=point: (math.dist(p, old[c]), c))
            for point in points
        ]
        used = sorted(set(labels))
        labels = [used.index(label) for label in labels]
        centres = []
        for cluster in range(len(used)):
            own = [
                (p, w)
                for p, w, label in zip(points, weights, labels, strict=True)
                if label == cluster
            ]
            mass = sum(w for _, w in own)
            centres.append(
                (sum(p[0] * w for p, w in own) / mass, sum(p[1] * w for p, w in own) / mass)
            )
        pairs = zip(sorted(old), sorted(centres), strict=False)
        if len(old) == len(centres) and all(math.dist(a, b) < 0.01 for a, b in pairs):
            break
    return labels, centres


def groups(points: list[tuple[float, float]]) -> tuple[list[int], dict[int, float]]:
    """Base clusters, then k by silhouette; of equals the larger k."""
    base, centres = kmeans(points, [1.0] * len(points), 100, 100)
    sizes = [float(base.count(cluster)) for cluster in range(len(centres))]
    scores = {}
    found = {}
    for k in range(2, min(5, 2 + len(centres) // 12, len(centres)) + 1):
        found[k], _ = kmeans(centres, sizes, k, 20)
        scores[k] = silhouette(centres, found[k])
    best = max(scores, key=lambda k: (scores[k], k))
    return [found[best][cluster] for cluster in base], scores


def counts(votes: Votes, labels: dict[str, int], statement: int) -> dict[int, tuple[int, int, int]]:
    """Agrees, disagrees and all votes of each group on one statement."""
    found = {group: [0, 0, 0] for group in sorted(set(labels.values()))}
    for person, group in labels.items():
        value = votes[person].get(statement)
        if value is not None:
            found[group][0] += value == 1
            found[group][1] += value == -1
            found[group][2] += 1
    return {group: (a, d, s) for group, (a, d, s) in found.items()}


def consensus(votes: Votes, labels: dict[str, int], statement: int) -> float:
    return math.prod((a + 1) / (s + 2) for a, _, s in counts(votes, labels, statement).values())


def prop_test(x: int, n: int) -> float:
    return 2 * math.sqrt(n + 1) * ((x + 1) / (n + 1) - 0.5)


def two_prop_test(x1: int, n1: int, x2: int, n2: int) -> float:
    x1, n1, x2, n2 = x1 + 1, n1 + 1, x2 + 1, n2 + 1
    pooled = (x1 + x2) / (n1 + n2)
    if pooled == 1:
        return 0.0
    return (x1 / n1 - x2 / n2) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))


def comment_stats(by_group: dict[int, tuple[int, int, int]], group: int) -> dict[str, float]:
    """na, nd, ns, pa, pd, pat, pdt, ra, rd, rat, rdt of one statement in one group."""
    na, nd, ns = by_group[group]
    rest = [by_group[other] for other in by_group if other != group]
    na_r, nd_r, ns_r = (sum(part[i] for part in rest) for i in range(3))
    pa, pd = (na + 1) / (ns + 2), (nd + 1) / (ns + 2)
    return {
        "na": na,
        "nd": nd,
        "ns": ns,
        "pa": pa,
        "pd": pd,
        "pat": prop_test(na, ns),
        "pdt": prop_test(nd, ns),
        "ra": pa / ((na_r + 1) / (ns_r + 2)),
        "rd": pd / ((nd_r + 1) / (ns_r + 2)),
        "rat": two_prop_test(na, ns, na_r, ns_r),
        "rdt": two_prop_test(nd, ns, nd_r, ns_r),
    }


def passes(s: dict[str, float]) -> bool:
    return (s["rat"] > Z90 and s["pat"] > Z90) or (s["rdt"] > Z90 and s["pdt"] > Z90)


def beats_best_agree(s: dict[str, float], best: dict[str, float] | None) -> bool:
    if s["na"] + s["nd"] == 0:
        return False
    if best is None:
        return s["pat"] > Z90 or (s["ra"] > 1 and s["pa"] > 0.5)
    if best["ra"] > 1:
        mine = s["ra"] * s["rat"] * s["pa"] * s["pat"]
        return mine > best["ra"] * best["rat"] * best["pa"] * best["pat"]
    return s["pa"] * s["pat"] > best["pa"] * best["pat"]


def representative(
    votes: Votes, statements: list[int], labels: dict[str, int], aside: set[int]
) -> dict[int, list[tuple[int, str]]]:
    """Statement and direction of what is typical of each group, in the order of Polis."""
    return {
        group: _representative_of(
            {
                s: comment_stats(counts(votes, labels, s), group)
                for s in statements
                if s not in aside
            }
        )
        for group in sorted(set(labels.values()))
    }


def _representative_of(stats: dict[int, dict[str, float]]) -> list[tuple[int, str]]:
    best: int | None = None
    ranked: list[tuple[float, int, tuple[int, str]]] = []
    for place, (statement, one) in enumerate(stats.items()):
        if beats_best_agree(one, stats[best] if best is not None else None):
            best = statement
        if passes(one):
            ranked.append((-metric(one), place, (statement, direction(one))))
    listed = [item for _, _, item in sorted(ranked)]
    if best is not None:
        listed = [(best, "agree"), *(item for item in listed if item[0] != best)]
    elif not listed and stats:
        strongest = max(stats, key=lambda s: max(stats[s]["rat"], stats[s]["rdt"]))
        listed = [(strongest, direction(stats[strongest]))]
    listed = listed[:5]
    return [i for i in listed if i[1] == "agree"] + [i for i in listed if i[1] == "disagree"]


def direction(s: dict[str, float]) -> str:
    return "agree" if s["rat"] > s["rdt"] else "disagree"


def metric(s: dict[str, float]) -> float:
    if direction(s) == "agree":
        return s["ra"] * s["rat"] * s["pa"] * s["pat"]
    return s["rd"] * s["rdt"] * s["pd"] * s["pdt"]


def majority(votes: Votes, statements: list[int], aside: set[int], sign: int) -> list[int]:
    """Statements that most of all people agree (sign 1) or disagree (-1) with."""
    found = []
    for place, statement in enumerate(statements):
        if statement in aside:
            continue
        given = [own[statement] for own in votes.values() if statement in own]
        x, n = given.count(sign), len(given)
        share, test = (x + 1) / (n + 2), prop_test(x, n)
        if share > 0.5 and test > Z90:
            found.append((-share * test, place, statement))
    return [statement for _, _, statement in sorted(found)[:5]]


def wilson(x: int, n: int, z: float = 1.6448536269514722) -> tuple[float, float]:
    """Two-sided 90 % score interval as the two roots of the quadratic (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    p = x / n
    a, b, c = 1 + z * z / n, -(2 * p + z * z / n), p * p
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def adjusted_rand(first: list[int], second: list[int]) -> float:
    """Hubert and Arabie 1985, by counting pairs of people."""
    together = {True: {True: 0, False: 0}, False: {True: 0, False: 0}}
    for (a, b), (c, d) in combinations(list(zip(first, second, strict=True)), 2):
        together[a == c][b == d] += 1
    n11, n10 = together[True][True], together[True][False]
    n01, n00 = together[False][True], together[False][False]
    total = n11 + n10 + n01 + n00
    expected = (n11 + n10) * (n11 + n01) / total
    largest = ((n11 + n10) + (n11 + n01)) / 2
    return 1.0 if largest == expected else (n11 - expected) / (largest - expected)


def priority(agrees: int, passes: int, seen: int, extremity: float, is_meta: bool) -> float:
    """conversation.clj: importance-metric and priority-metric."""
    if is_meta:
        return 7.0**2
    p = (passes + 1) / (seen + 2)
    a = (agrees + 1) / (seen + 2)
    importance = (1 - p) * (extremity + 1) * a
    return (importance * (1 + 8 * math.pow(2, seen / -5))) ** 2


def participant_stats(
    places: dict[str, tuple[float, float]], labels: dict[str, int]
) -> dict[str, tuple[float, float, float]]:
    """repness.clj: participant-stats. Centricness, coreness, extremeness of who has a group."""

    def centre(people: list[str]) -> tuple[float, float]:
        xs, ys = zip(*(places[person] for person in people), strict=True)
        return math.fsum(xs) / len(people), math.fsum(ys) / len(people)

    middle, found = centre(list(places)), {}
    for group in set(labels.values()):
        members = [person for person, own in labels.items() if own == group]
        own = centre(members)
        outwards = (own[0] - middle[0], own[1] - middle[1])
        length = math.hypot(*outwards)
        for person in members:
            away = (places[person][0] - own[0], places[person][1] - own[1])
            beyond = (away[0] * outwards[0] + away[1] * outwards[1]) / length if length else 0.0
            found[person] = (
                1 - math.dist(places[person], middle),
                1 - math.hypot(*away),
                beyond,
            )
    return found


def subgroups(points: list[tuple[float, float]], labels: list[int]) -> list[int]:
    """conversation.clj: subgroup-clusterings. The base clusters of each group, split again."""
    base, centres = kmeans(points, [1.0] * len(points), 100, 100)
    found = [0] * len(points)
    for group in set(labels):
        mine = sorted({b for b, own in zip(base, labels, strict=True) if own == group})
        if len(mine) < 2:
            continue
        own_centres = [centres[b] for b in mine]
        sizes = [float(base.count(b)) for b in mine]
        best, split = (-2.0, 0), [0] * len(mine)
        for k in range(2, min(5, 2 + len(mine) // 12, len(mine)) + 1):
            parts, _ = kmeans(own_centres, sizes, k, 20)
            score = (silhouette(own_centres, parts), k)
            if score > best:
                best, split = score, parts
        for place, (b, own) in enumerate(zip(base, labels, strict=True)):
            if own == group:
                found[place] = split[mine.index(b)]
    return found
