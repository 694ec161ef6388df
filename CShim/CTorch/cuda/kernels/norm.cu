#include "elements.cuh"

// RMS norm of sum = x + delta, y = weight · round(sum · r), r = 1 / √(mean(sum²) + ε), and its
// backward. One block takes one row. The order of roundings is that of ops/norm.cpp.

/// Without `delta`, x is the sum, and `sum` is not written. `scale` receives r.
template <typename E, int n>
__device__ void norm_row(const E *x, const E *delta, const E *weight, E *sum, E *normed,
                         Accum<E> *scale, Index width, Accum<E> epsilon) {
    Index first = threadIdx.x * n, step = blockDim.x * n;
    Accum<E> squares = 0;
    for (Index i = first; i < width; i += step) {
        auto in = load<n>(x + i);
        if (delta != nullptr) {
            auto change = load<n>(delta + i);
            for (int c = 0; c < n; ++c)
                in.at[c] = from_float<E>(to_float(in.at[c]) + to_float(change.at[c]));
            store<n>(sum + i, in);
        }
        for (int c = 0; c < n; ++c) squares += to_float(in.at[c]) * to_float(in.at[c]);
    }
    squares = over_block(squares, Sum());
    auto factor = 1 / sqrt(squares / static_cast<Accum<E>>(width) + epsilon);
    if (threadIdx.x == 0) *scale = factor;
    auto *from = delta != nullptr ? sum : x; // each thread reads what it wrote itself
    for (Index i = first; i < width; i += step) {
        auto in = load<n>(from + i), by = load<n>(weight + i);
        for (int c = 0; c < n; ++c)
            in.at[c] = from_float<E>(round_to<E>(to_float(in.at[c]) * factor) * to_float(by.at[c]));
        store<n>(normed + i, in);
    }
}

/// `gradient` is that of `normed`; `passing`, that of `sum` itself, may be null.
template <typename E, int n>
__device__ void norm_row_backward(const E *sum, const E *weight, Accum<E> scale, const E *gradient,
                                  const E *passing, E *out, Index width) {
    Index first = threadIdx.x * n, step = blockDim.x * n;
    Accum<E> product = 0;
    for (Index i = first; i < width; i += step) {
        auto in = load<n>(sum + i), by = load<n>(weight + i), grad = load<n>(gradient + i);
        for (int c = 0; c < n; ++c)
            product += to_float(grad.at[c]) * to_float(by.at[c]) * to_float(in.at[c]);
    }
    product = over_block(product, Sum());
    auto along = product * scale * scale / static_cast<Accum<E>>(width);
    for (Index i = first; i < width; i += step) {
        auto in = load<n>(sum + i), by = load<n>(weight + i), grad = load<n>(gradient + i);
        Pack<Accum<E>, n> other = {};
        if (passing != nullptr) {
            auto pack = load<n>(passing + i);
            for (int c = 0; c < n; ++c) other.at[c] = to_float(pack.at[c]);
        }
        for (int c = 0; c < n; ++c)
            in.at[c] =
                from_float<E>(other.at[c] + scale * (to_float(grad.at[c]) * to_float(by.at[c]) -
                                                     to_float(in.at[c]) * along));
        store<n>(out + i, in);
    }
}

#define NORM(E, name)                                                                              \
    extern "C" __global__ void norm_##name(const E *x, const E *delta, const E *weight, E *sum,    \
                                           E *normed, Accum<E> *scales, Index width,               \
                                           double epsilon) {                                       \
        auto at = blockIdx.x * width;                                                              \
        auto *change = delta != nullptr ? delta + at : nullptr;                                    \
        if (packs<E>(width, x, delta, weight, sum, normed))                                        \
            norm_row<E, lanes<E>>(x + at, change, weight, sum + at, normed + at,                   \
                                  scales + blockIdx.x, width, epsilon);                            \
        else                                                                                       \
            norm_row<E, 1>(x + at, change, weight, sum + at, normed + at, scales + blockIdx.x,     \
                           width, epsilon);                                                        \
    }                                                                                              \
    extern "C" __global__ void norm_backward_##name(const E *sum, const E *weight,                 \
                                                    const Accum<E> *scales, const E *gradient,     \
                                                    const E *passing, E *out, Index width) {       \
        auto at = blockIdx.x * width;                                                              \
        auto *other = passing != nullptr ? passing + at : nullptr;                                 \
        if (packs<E>(width, sum, weight, gradient, passing, out))                                  \
            norm_row_backward<E, lanes<E>>(sum + at, weight, scales[blockIdx.x], gradient + at,    \
                                           other, out + at, width);                                \
        else                                                                                       \
            norm_row_backward<E, 1>(sum + at, weight, scales[blockIdx.x], gradient + at, other,    \
                                    out + at, width);                                              \
    }
FOR_ELEMENTS(NORM)
