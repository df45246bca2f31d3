"""A machine for tests: timings that are noisy in the ways of a shared one."""
import math
import random

import suite


class Machine:
    """Times as a shared machine gives them: a speed that drifts, some noise on every pass, and now
    and then a neighbour. A sample is the best of a few passes, as in suite.py."""

    def __init__(self, seed, noise_share=0.02, drift=0.02, neighbours=0.3):
        self.random = random.Random(seed)
        self.noise_share, self.drift, self.neighbours = noise_share, drift, neighbours
        self.speed = 0.0

    def sample(self, truth):
        self.speed += self.random.gauss(0, self.drift) - 0.1 * self.speed
        return truth * math.exp(self.speed + min(self.disturbance() for _ in range(suite.PASSES)))

    def disturbance(self):
        spike = self.random.uniform(0, 0.4) if self.random.random() < self.neighbours else 0
        return self.random.gauss(0, self.noise_share) + spike

    def turns(self, before, after, rounds):
        """Pairs, taken A B B A ..., as regress.py takes them."""
        a, b = [], []
        for round_ in range(rounds):
            turns = [(a, before), (b, after)]
            for samples, truth in turns if round_ % 2 == 0 else reversed(turns):
                samples.append(self.sample(truth))
        return a, b

    def run(self, truth, repetitions):
        return [self.sample(truth) for _ in range(repetitions)]
