"""Times one run of `ft-mmlu regression` of a plain model beside a straightforward PyTorch version.

One run: pretraining on sampled tasks, then fine-tuning V on the zero-shot loss and an annealed few-shot
loss, SGD, plain autograd over sampled prompts, one seed. Both sides get the same settings; rounds
alternate. Prints a line a round and the medians.

    python scripts/oracle/bench_regression.py --program .build/release/ft-mmlu [--iterations 5000]
"""

import argparse
import statistics
import subprocess
import time

import torch


def prompts(batch, examples, tasks, noise):
    """x [batch, n + 1, d] and y [batch, n + 1]; the query is the last."""
    x = torch.randn(batch, examples + 1, tasks.shape[-1])
    y = (x * tasks[:, None, :]).sum(-1) + noise**0.5 * torch.randn(batch, examples + 1)
    return x, y


class LinearAttention(torch.nn.Module):
    def __init__(self, dimension, scale=0.1):
        super().__init__()
        self.v21 = torch.nn.Parameter(scale * torch.randn(dimension))
        self.v = torch.nn.Parameter(scale * torch.randn(()))
        self.q = torch.nn.Parameter(scale * torch.randn(dimension + 1, dimension + 1))

    def forward(self, x, y):
        masked = torch.cat([y[:, :-1], torch.zeros_like(y[:, :1])], 1)
        values = x @ self.v21 + self.v * masked
        keys = torch.cat([x, torch.ones_like(x[..., :1])], -1)
        attention = torch.einsum("bni,ij,bj->bn", keys, self.q, keys[:, -1])
        return (values * attention).mean(1)

    def loss(self, x, y):
        return ((self(x, y) - y[:, -1]) ** 2).mean()


def run(iterations, batch, dimension=5, context=20, shots=20, noise=0.1, rate=0.01):
    torch.manual_seed(0)
    model = LinearAttention(dimension)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for _ in range(iterations):
        optimizer.zero_grad()
        model.loss(*prompts(batch, context, torch.randn(batch, dimension), noise)).backward()
        optimizer.step()
    task = torch.nn.functional.normalize(torch.randn(dimension), dim=0).expand(batch, -1)
    optimizer = torch.optim.SGD([model.v21, model.v], lr=rate)
    model.q.requires_grad_(False)
    for step in range(iterations):
        optimizer.zero_grad()
        loss = model.loss(*prompts(batch, 0, task, noise))
        loss = loss + (1 - step / iterations) * model.loss(*prompts(batch, shots, task, noise))
        loss.backward()
        optimizer.step()
    scale = torch.trace(model.q[:dimension, :dimension]) / dimension
    return float((model.v * scale).detach())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=".build/release/ft-mmlu")
    parser.add_argument("--iterations", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    ours, theirs = [], []
    for index in range(arguments.rounds):
        begin = time.perf_counter()
        weight = run(arguments.iterations, arguments.batch)
        theirs.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        printed = subprocess.run(
            [arguments.program, "regression", "--model", "merged", "--target", "v", "--quiet"]
            + ["--objective", "zs+fs"]
            + ["--seeds", "1", "--iterations", str(arguments.iterations)]
            + ["--pretraining-iterations", str(arguments.iterations)]
            + ["--batch-size", str(arguments.batch)],
            check=True, capture_output=True, text=True,
        ).stdout
        ours.append(time.perf_counter() - begin)
        print(f"round {index}: torch {theirs[-1]:.2f} s, w {weight:.4f}; ft-mmlu {ours[-1]:.2f} s, "
              + printed.splitlines()[1])
    a, b = statistics.median(theirs), statistics.median(ours)
    print(f"medians: torch {torch.__version__} {a:.2f} s, ft-mmlu {b:.2f} s: {a / b:.1f} times as fast")


if __name__ == "__main__":
    main()
