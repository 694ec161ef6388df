// Element types of the CPU loops, conversions to and from float, and exp.
//
// A loop reads elements E (bfloat16, float32, float64), computes in Accum<E> and rounds once on the
// way back. `CT_VECTORIZED` makes the compiler emit it for several kinds of processor.
#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <cstring>

/// Compiles a function for several processors; the loader picks the one at hand.
/// What the function calls must be inlined.
#if defined(__x86_64__)
#define CT_VECTORIZED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CT_VECTORIZED
#endif
#define CT_INLINE static inline __attribute__((always_inline))

namespace ct {

/// bfloat16 as stored: the upper half of a float32.
struct BFloat {
    uint16_t bits;
};

/// IEEE float16 as stored.
struct Half {
    uint16_t bits;
};

/// The value in the type of sums; float64 stays float64.
CT_INLINE float to_float(BFloat x) {
    uint32_t bits = static_cast<uint32_t>(x.bits) << 16;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
}
CT_INLINE float to_float(float x) { return x; }
CT_INLINE double to_float(double x) { return x; }

/// The inverse of `to_float`: rounds to the nearest, ties to even; NaN stays NaN.
template <typename Element, typename W> CT_INLINE Element from_float(W x) {
    if constexpr (std::is_same_v<Element, BFloat>) {
        uint32_t bits;
        std::memcpy(&bits, &x, sizeof bits);
        uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
        bool is_nan = (bits & 0x7fffffff) > 0x7f800000;
        return {static_cast<uint16_t>(is_nan ? 0x7fc0 : rounded)};
    } else if constexpr (std::is_same_v<Element, Half>) {
        auto half = static_cast<_Float16>(x);
        Half result;
        std::memcpy(&result, &half, sizeof result);
        return result;
    } else {
        return static_cast<Element>(x);
    }
}

/// x rounded to the element's type and widened again.
template <typename Element, typename W> CT_INLINE W round_to(W x) {
    return to_float(from_float<Element>(x));
}

/// eˣ, within 2 units in the last place; 0 below -87.3, not above e^88.
CT_INLINE float fast_exp(float x) {
    float bounded = x > -87.3f ? (x < 88.0f ? x : 88.0f) : -87.3f;
    float count = std::nearbyint(bounded * 1.44269504f);
    float rest = bounded - count * 0.693359375f;
    rest = rest + count * 2.12194440e-4f;
    // Cephes, expf.c.
    float sum = 1.9875691500e-4f;
    sum = sum * rest + 1.3981999507e-3f;
    sum = sum * rest + 8.3334519073e-3f;
    sum = sum * rest + 4.1665795894e-2f;
    sum = sum * rest + 1.6666665459e-1f;
    sum = sum * rest + 5.0000001201e-1f;
    sum = sum * rest * rest + rest + 1.0f;
    int32_t power = (static_cast<int32_t>(count) + 127) << 23;
    float scale;
    std::memcpy(&scale, &power, sizeof scale);
    float result = sum * scale;
    result = x < -87.3f ? 0.0f : result;
    return x == x ? result : x;
}
CT_INLINE double fast_exp(double x) { return std::exp(x); }

/// The type that sums are made in.
template <typename Element> using Accum = decltype(to_float(Element{}));

/// How many runs of `size` cover `count`.
constexpr ptrdiff_t ceil_div(ptrdiff_t count, ptrdiff_t size) { return (count + size - 1) / size; }

/// Expands `function` for each element type that has loops.
/// The compiler clones no templates, so each loop has an overload for each type.
#define CT_FOR_ELEMENTS(function) function(BFloat) function(float) function(double)

/// A type as a value, for dispatch.
template <typename T> struct type_tag {
    using type = T;
};

/// Calls `body` with the `type_tag` of an element type that has loops.
///
/// - Throws: `c10::Error` for any other type
template <typename Body> void with_element(at::ScalarType type, Body &&body) {
    switch (type) {
    case at::kBFloat16: return body(type_tag<BFloat>());
    case at::kFloat: return body(type_tag<float>());
    case at::kDouble: return body(type_tag<double>());
    default: TORCH_CHECK(false, "no CPU loop takes elements of ", type);
    }
}

/// Whether the CPU loops take the tensor.
inline bool has_loops(const at::Tensor &x) {
    return x.is_cpu() && (x.scalar_type() == at::kBFloat16 || x.scalar_type() == at::kFloat ||
                          x.scalar_type() == at::kDouble);
}

template <typename Element> Element *elements(const at::Tensor &x) {
    return static_cast<Element *>(x.data_ptr());
}

} // namespace ct
