#pragma once

#include <cstdint>
#include <cstring>

#include "CRegression.h"

#pragma clang fp contract(off)

/// Sixteen numbers side by side, and the functions of them that sampling needs.
///
/// Every operation is one of IEEE arithmetic lane by lane, so that all processors agree.

#define CP_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)
/// One body for each width of registers; the loader picks.
#define CP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CP_CLONES
#endif

typedef float Lanes __attribute__((vector_size(4 * CP_LANES)));
typedef int32_t IntLanes __attribute__((vector_size(4 * CP_LANES)));
typedef uint32_t WordLanes __attribute__((vector_size(4 * CP_LANES)));

CP_INLINE void load(const float *from, Lanes &to) { std::memcpy(&to, from, sizeof to); }
CP_INLINE void store(const Lanes &from, float *to) { std::memcpy(to, &from, sizeof from); }

CP_INLINE void square_root(const Lanes &x, Lanes &out) { out = __builtin_elementwise_sqrt(x); }

/// The natural logarithm of a normal positive number (Cephes' logf), to 2 units in the last place.
CP_INLINE void logarithm(const Lanes &x, Lanes &out) {
    WordLanes bits;
    std::memcpy(&bits, &x, sizeof bits);
    // The mantissa between sqrt(1/2) and sqrt(2), and its power of two.
    const WordLanes shifted = bits - 0x3f3504f3u;
    const IntLanes exponent = (IntLanes)shifted >> 23;
    const WordLanes mantissa_bits = (shifted & 0x007fffffu) + 0x3f3504f3u;
    Lanes m;
    std::memcpy(&m, &mantissa_bits, sizeof m);
    m = m - 1.0f;
    const Lanes e = __builtin_convertvector(exponent, Lanes);
    const Lanes m2 = m * m;
    Lanes p = m * 7.0376836292e-2f - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    Lanes y = p * m * m2;
    y = y - 2.12194440e-4f * e;
    y = y - 0.5f * m2;
    out = m + y + 0.693359375f * e;
}

/// Random words: xoshiro128++ (Blackman, Vigna 2019) in each lane.
struct Random {
    WordLanes a, b, c, d;
};

CP_INLINE void seed(Random &random, uint64_t seed) {
    // SplitMix64 fills the state.
    uint64_t state = seed;
    WordLanes *const parts[4] = {&random.a, &random.b, &random.c, &random.d};
    for (WordLanes *part : parts)
        for (int i = 0; i < CP_LANES; ++i) {
            state += 0x9e3779b97f4a7c15u;
            uint64_t z = state;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
            (*part)[i] = (uint32_t)((z ^ (z >> 31)) >> 32);
        }
}

CP_INLINE void words(Random &random, WordLanes &out) {
    const WordLanes sum = random.a + random.d;
    out = ((sum << 7) | (sum >> 25)) + random.a;
    const WordLanes t = random.b << 9;
    random.c ^= random.a;
    random.d ^= random.b;
    random.b ^= random.c;
    random.a ^= random.d;
    random.c ^= t;
    random.d = (random.d << 11) | (random.d >> 21);
}

/// Uniform on (0, 1): odd multiples of 2^-25.
CP_INLINE void uniform(Random &random, Lanes &out) {
    WordLanes bits;
    words(random, bits);
    out = __builtin_convertvector((IntLanes)(bits >> 8), Lanes) * 0x1p-24f + 0x1p-25f;
}

/// Two independent standard normals, by Box and Muller.
CP_INLINE void normals(Random &random, Lanes &first, Lanes &second) {
    Lanes u, r;
    uniform(random, u);
    logarithm(u, r);
    r = -2.0f * r;
    square_root(r, r);
    // An angle in [-pi/4, pi/4) by 30 bits; two more bits choose the quarter of the circle.
    WordLanes bits;
    words(random, bits);
    const IntLanes fraction = (IntLanes)(bits & 0x3fffffffu) - (1 << 29);
    const Lanes t =
        __builtin_convertvector(fraction, Lanes) * (float)(1.5707963267948966 * 0x1p-30);
    const Lanes t2 = t * t;
    Lanes s = -1.9515295891e-4f * t2 + 8.3321608736e-3f;
    s = s * t2 - 1.6666654611e-1f;
    s = s * t2 * t + t;
    Lanes c = 2.443315711809948e-5f * t2 - 1.388731625493765e-3f;
    c = c * t2 + 4.166664568298827e-2f;
    c = c * t2 * t2 - 0.5f * t2 + 1.0f;
    c = (bits & 0x40000000u) != 0 ? -c : c;
    const IntLanes swaps = (IntLanes)(bits & 0x80000000u) != 0;
    first = r * (swaps ? s : c);
    second = r * (swaps ? c : s);
}

/// Whether a comparison held in any lane.
CP_INLINE bool any(const IntLanes &mask) { return __builtin_reduce_or(mask) != 0; }
