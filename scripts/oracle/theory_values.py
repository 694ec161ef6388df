"""Writes Tests/Fixtures/golden/theory.csv: values of the theory of linear attention by quadrature.

    python3 -I scripts/oracle/theory_values.py [FILE]

Beside it theory_provenance.json, with versions and a checksum.

Nothing here uses the paper's closed forms or moments of normal numbers. The model is evaluated as it
is defined; its error is a polynomial in normal numbers, which Gauss-Hermite nodes integrate exactly:
given the query x the pairs of a prompt are independent, so

    E_n = sigma2 + E_x[(theta'x - (n mean(x) + own(x)) / (n+1))^2 + n variance(x) / (n+1)^2]

where mean and variance are those of what one pair adds, and own is what the query adds. Optima and
gradients come from these errors: by least squares, by three points of a parabola, by five points of
a polynomial of degree four, by bisection. Needs numpy.
"""

import csv
import hashlib
import itertools
import json
import platform
import sys
from pathlib import Path

import numpy as np


def nodes(dimension, count):
    """Points and weights that integrate polynomials of degree 2 count - 1 over N(0, I)."""
    points, weights = np.polynomial.hermite_e.hermegauss(count)
    weights = weights / weights.sum()
    grid = np.array(list(itertools.product(points, repeat=dimension)))
    weight = np.array([np.prod(w) for w in itertools.product(weights, repeat=dimension)])
    return grid, weight


class Problem:
    def __init__(self, sigma, noise):
        self.sigma, self.noise, self.d = np.array(sigma, float), noise, len(sigma)
        root = np.linalg.cholesky(self.sigma)
        grid, self.query_weights = nodes(self.d, 4)
        self.queries = grid @ root.T
        grid, self.pair_weights = nodes(self.d + 1, 3)
        self.inputs = grid[:, : self.d] @ root.T
        self.label_noise = grid[:, self.d] * np.sqrt(noise)

    def norm(self, a):
        return a @ self.sigma @ a

    def error(self, heads, n, theta):
        """E_n; n may be any number from 0."""
        x, z = self.queries, self.inputs
        labels = z @ theta + self.label_noise
        own, added = 0, 0
        for v21, v, q11, q12, q21, q in heads:
            bias = x @ q21 + q
            own = own + (x @ v21) * (np.einsum("ki,ij,kj->k", x, q11, x) + x @ q12 + bias)
            keys = z @ (q11 @ x.T + q12[:, None]) + bias  # pair, query
            added = added + (z @ v21 + v * labels)[:, None] * keys
        mean = self.pair_weights @ added
        variance = self.pair_weights @ (added - mean) ** 2
        residual = x @ theta - (n * mean + own) / (n + 1)
        return self.noise + self.query_weights @ (residual**2 + n * variance / (n + 1) ** 2)

    def parabola(self, head_of, n, theta):
        low, middle, high = (self.error([head_of(w)], n, theta) for w in (-1.0, 0.0, 1.0))
        return (low + high) / 2 - middle, (high - low) / 2, middle

    def mean_over(self, factor, function):
        """The mean over theta ~ N(0, factor factor') of something quadratic in theta."""
        grid, weights = nodes(self.d, 2)
        return sum(w * function(factor @ z) for z, w in zip(grid, weights))

    def pretrained(self, m, factor):
        """The A that minimises E (theta'x - u'A x)^2, u the mean of y_i x_i with weight 1/(m+1)."""

        def moments(theta):
            s = (self.inputs @ theta + self.label_noise)[:, None] * self.inputs
            mean = self.pair_weights @ s
            square = np.einsum("k,ki,kj->ij", self.pair_weights, s, s)
            uu = (m * square + m * (m - 1) * np.outer(mean, mean)) / (m + 1) ** 2
            return np.stack([uu, m / (m + 1) * np.outer(mean, theta)])

        uu, ut = self.mean_over(factor, moments)
        return np.linalg.solve(uu, ut)

    def frozen(self, q11, theta):
        x, w = self.queries, self.query_weights
        key = np.einsum("ki,ij,kj->k", x, q11, x)
        m = np.einsum("k,ki,kj->ij", w * key**2, x, x)
        return np.linalg.solve(m, np.einsum("k,ki,kj->ij", w * key, x, x) @ theta)


def head(v21, v, q11, q12=None, q21=None, q=0.0):
    zero = np.zeros(len(v21))
    return [v21, v, q11, zero if q12 is None else q12, zero if q21 is None else q21, q]


def slope(function):
    """The derivative at 0 of a polynomial of degree 4, by five points."""
    f = [function(h) for h in (-2.0, -1.0, 1.0, 2.0)]
    return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / 12


def best(parabola):
    return -parabola[1] / (2 * parabola[0])


def at(parabola, w):
    return (parabola[0] * w + parabola[1]) * w + parabola[2]


rows = []


def row(figure, curve, p, quantity, value, m="", n="", w="", task="+theta0"):
    rows.append([figure, curve, p.d, m, n, p.noise, w, task, quantity, repr(float(value))])


def value_head(p, trained):
    """The best v21 with Q11 = Sigma^-1, found as for any frozen Q11."""
    precision = np.linalg.inv(p.sigma)
    v21 = p.frozen(precision, trained)
    return lambda w: head(v21, w, precision)


def isotropic():
    for d, noise, m in [(2, 0.0, 7), (3, 0.25, 12), (4, 0.1, 20), (5, 0.1, 20)]:
        p = Problem(np.eye(d), noise)
        theta0 = np.eye(d)[0]
        a = p.pretrained(m, np.eye(d))
        flat = [head(np.zeros(d), 1.0, a)]
        for n in (0, 1, 2, 6, 20, 300):
            for task, theta in (("+theta0", theta0), ("-theta0", -theta0)):
                row("fig1", "pretrained exact", p, "error", p.error(flat, n, theta), m, n, task=task)
        paper = m / (m + 1 + d)
        scaled = [head(np.zeros(d), paper, np.eye(d))]
        row("fig4a", "pretrained with vQ11 = m/(m+1+d) I", p, "error", p.error(scaled, 5, theta0), m, 5, paper)
        low, high = 0.0, 100.0
        start = p.error(flat, 0, theta0)
        for _ in range(80):
            middle = (low + high) / 2
            if p.error(flat, middle, theta0) < start:
                high = middle
            else:
                low = middle
        row("fig1", "pretrained exact", p, "threshold n (14)", low, m)
        tuned = value_head(p, theta0)
        for w in (-0.7, 0.52, 1.3):
            full = [head(theta0, w, np.zeros((d, d)), q=1.0)]
            for n, sign in ((0, -1), (1, 1), (4, -1), (50, 1)):
                task = "+theta0" if sign > 0 else "-theta0"
                row("fig2", "full fine-tuned (15)", p, "error", p.error(full, n, sign * theta0), "", n, w, task)
                row("fig3", "value fine-tuned (21)", p, "error", p.error([tuned(w)], n, sign * theta0), "", n, w, task)
        for n in (1, 5, 20):
            own = best(p.parabola(tuned, n, theta0))
            row("fig3", "w*(n;theta), s=1", p, "w_star", own, "", n)
            long = best(p.parabola(value_head(p, 5**0.5 * theta0), n, -(5**0.5) * theta0))
            row("fig3", "w*(n;theta), s=5", p, "w_star", long, "", n, task="-theta0")
            for cosine in (-0.5, 0.9):
                theta = cosine * theta0 + (1 - cosine**2) ** 0.5 * np.eye(d)[1]
                curve = p.parabola(tuned, n, theta)
                excess = at(curve, own) - at(curve, best(curve))
                row("prop4.10", f"excess, cos={cosine}, s=1", p, "excess", excess, "", n, task="cos")
            if d < 5:
                mean = p.mean_over(np.eye(d), lambda t: np.array(p.parabola(tuned, n, t)))
                row("fig3", "w_bar(n), theta~N(0,I)", p, "w_bar", best(mean), "", n, task="avg")


def general():
    i = np.arange(1, 6)
    scale = np.sqrt([1, 1, 0.25, 2.25, 1])
    sigma = 0.5 ** np.abs(i[:, None] - i) * np.outer(scale, scale)
    p = Problem(sigma, 0.3)
    theta0 = np.array([1, -1, 2, 0.5, -0.5])
    theta0 = theta0 / np.sqrt(p.norm(theta0))
    tasks = {"+theta0": theta0, "-theta0": -theta0, "theta1": np.array([0.3, 0.8, -0.4, 0.2, 1])}
    q11 = 0.1 * np.sin(i[:, None] + 2 * i) + 0.3 * np.eye(5)
    one = head(0.1 * np.cos(i), 0.7, q11, 0.05 * np.sin(i), 0.05 * np.cos(2 * i), 0.2)
    two = head(0.1 * np.sin(i), -0.4, q11.T, q=-0.1)
    plain = head(0.1 * np.cos(i), 0.7, q11, q=0.2)
    tuned = value_head(p, theta0)
    factors = {
        "I": np.eye(5),
        "Sigma^-1": np.linalg.inv(np.linalg.cholesky(sigma)).T,
    }
    maps = {name: p.pretrained(15, factor) for name, factor in factors.items()}
    for name, a in maps.items():
        for j, k in ((1, 1), (1, 2), (3, 2), (5, 4)):
            row("general", f"pretrained vQ11, theta~N(0,{name})", p, f"A[{j},{k}]", a[j - 1, k - 1], 15, task="")
    for task, theta in tasks.items():
        for n in (0, 1, 4, 30):
            def add(curve, heads, w="", m=""):
                row("general", curve, p, "error", p.error(heads, n, theta), m, n, w, task)

            add("arbitrary V,Q (one head)", [one])
            add("arbitrary V,Q (two heads)", [one, two])
            add("full fine-tuned", [head(theta0, 0.4, np.zeros((5, 5)), q=1.0)], 0.4)
            add("value fine-tuned", [tuned(0.8)], 0.8)
            for name, a in maps.items():
                add(f"pretrained, theta~N(0,{name})", [head(np.zeros(5), 1.0, a)], m=15)
        for n in (1, 30):
            curve = p.parabola(tuned, n, theta)
            row("general", "value fine-tuned", p, "w_star", best(curve), "", n, task=task)
            other = best(p.parabola(tuned, n, theta0))
            excess = at(curve, other) - at(curve, best(curve))
            row("general", "value fine-tuned", p, "excess", excess, "", n, task=task)
    mean = p.mean_over(np.eye(5), lambda t: np.array(p.parabola(tuned, 9, t)))
    row("general", "w_bar, theta~N(0,I)", p, "w_bar", best(mean), "", 9, task="avg")
    definite = q11 @ q11.T + 0.1 * np.eye(5)
    for j, value in enumerate(p.frozen(definite, theta0)):
        row("general", "v21 zero-shot optimum, frozen P", p, f"v21[{j + 1}]", value, "", 0)
    for n in (1, 8):
        region(p, definite, n, tasks)
    for n in (0, 6):
        gradient(p, plain, n, theta0)


def region(p, q11, n, tasks):
    """Traces of the matrices of Theorem 4.5, from errors at unit vectors."""

    def difference(v21, theta):
        heads = [head(v21, 1.0, q11)]
        return (p.error(heads, n, theta) - p.error(heads, 0, theta)) * (n + 1) ** 2 / n

    zero, units = np.zeros(p.d), np.eye(p.d)
    rest = difference(zero, zero)
    name = "thm4.5, v=1, P=Qg Qg'+0.1I"
    a = -sum(difference(u, zero) - rest for u in units)
    b = sum(difference(u, u) - difference(u, -u) for u in units) / 4
    c = sum(difference(zero, u) - rest for u in units)
    for task, theta in tasks.items():
        row("general", name, p, "trace A", a, "", n, task=task)
        row("general", name, p, "trace B", b, "", n, task=task)
        value = c + rest * np.trace(p.sigma) / p.norm(theta)
        row("general", name, p, "trace C", value, "", n, task=task)


def gradient(p, plain, n, theta):
    def moved(place, change):
        other = list(plain)
        other[place] = other[place] + change
        return p.error([other], n, theta)

    def add(quantity, place, direction):
        value = slope(lambda h: moved(place, h * direction))
        row("general", "gradient, q12=q21=0", p, quantity, value, "", n)

    add("dE/dv", 1, 1.0)
    add("dE/dq", 5, 1.0)
    for j in (0, 3):
        add(f"dE/dv21[{j + 1}]", 0, np.eye(5)[j])
    for j, k in ((0, 0), (1, 4), (4, 1)):
        add(f"dE/dQ11[{j + 1},{k + 1}]", 2, np.outer(np.eye(5)[j], np.eye(5)[k]))


def main():
    root = Path(__file__).resolve().parents[2]
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "Tests/Fixtures/golden/theory.csv"
    isotropic()
    general()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("figure curve d m n sigma2 w task quantity value".split())
        writer.writerows(rows)
    provenance = {
        "command": "scripts/oracle/theory_values.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    beside = path.with_name("theory_provenance.json")
    beside.write_text(json.dumps(provenance, indent=1) + "\n")
    print(f"{path}: {len(rows)} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
