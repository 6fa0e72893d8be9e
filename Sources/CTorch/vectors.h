// How loops over numbers become vector code: plain loops that the compiler vectorises, compiled once for each
// generation of processors; the loader takes the best that the machine has.
#ifndef CTORCH_VECTORS_H
#define CTORCH_VECTORS_H

#include "kernels.h"

#include <bit>
#include <cmath>
#include <cstdint>

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#define INLINED static inline __attribute__((always_inline))
/// Sums may be added up in the order that vectors want. What the same loop writes has to be a `__restrict` parameter (of a local
/// pointer the compiler does not heed it), or the order hangs on where the memory happens to lie.
#define SUMS_IN_ANY_ORDER _Pragma("clang fp reassociate(on) contract(fast)")
/// Before a loop as long as a few vectors: unrolled first, it would not be seen to be one.
#define AS_VECTORS _Pragma("clang loop unroll(disable)")

namespace ctorch {

/// eˣ within 2 units in the last place; 0 below −87, at most e⁸⁸. (Cody & Waite 1980: x = n log 2 + r.)
INLINED float exponential(float x) {
    float bounded = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
    // Adding and taking away 1.5 · 2²³ rounds to the nearest whole number.
    float n = (bounded * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
    float r = (bounded - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    float power = std::bit_cast<float>((static_cast<int32_t>(n) + 127) << 23);
    return x < -87.0f ? 0.0f : p * power;
}
INLINED double exponential(double x) { return std::exp(x); }

/// log x within 2 units in the last place, for normal positive numbers.
INLINED float logarithm(float x) {
    int32_t bits = std::bit_cast<int32_t>(x);
    // x = m · 2ⁿ with m between √½ and √2.
    int32_t n = (bits - 0x3f3504f3) >> 23;
    float m = std::bit_cast<float>(bits - (n << 23)) - 1.0f;
    float z = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float e = static_cast<float>(n);
    float y = m * z * p + e * -2.12194440e-4f - 0.5f * z;
    return m + y + e * 0.693359375f;
}
INLINED double logarithm(double x) { return std::log(x); }

INLINED float widened(float x) { return x; }
INLINED float widened(BFloat16 x) { return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16); }

INLINED void store(float &place, float x) { place = x; }
INLINED void store(BFloat16 &place, float x) {
    uint32_t bits = std::bit_cast<uint32_t>(x);
    uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    // A NaN stays one.
    place.bits = static_cast<uint16_t>((bits & 0x7fffffff) > 0x7f800000 ? (bits >> 16) | 0x40 : rounded);
}

} // namespace ctorch
#endif
