"""xoshiro256++ and SplitMix64 in Python, checked against their authors' test vectors, to hold the Swift ones against.

    python seeded_generator.py > seeded_generator.json
"""
import json

mask = (1 << 64) - 1


def splitmix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & mask


def xoshiro(s):
    s = list(s)
    while True:
        yield (rotl((s[0] + s[3]) & mask, 23) + s[0]) & mask
        t = (s[1] << 17) & mask
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)


def take(count, numbers):
    return [next(numbers) for _ in range(count)]


# Vectors that other implementations publish (Rosetta Code for SplitMix64; Rust's rand_xoshiro for xoshiro256++).
assert take(3, splitmix(1234567)) == [6457827717110365317, 3203168211198807973, 9817491932198370423]
assert take(4, xoshiro([1, 2, 3, 4])) == [41943041, 58720359, 3588806011781223, 3591011842654386]

print(json.dumps({str(seed): [str(n) for n in take(6, xoshiro(take(4, splitmix(seed))))] for seed in (0, 1, 2**64 - 1)}, indent=1))
