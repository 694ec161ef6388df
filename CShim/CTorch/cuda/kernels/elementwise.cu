#include "elements.cuh"

// SwiGLU, silu(gate) · up, over a flat run of elements; and the rotation of heads (RoPE), one block
// a token. The order of roundings is that of ops/elementwise.cpp.

template <typename E, int n>
__device__ void swiglu_elements(const E *gate, const E *up, E *out, Index count) {
    Index first = (Index(blockIdx.x) * blockDim.x + threadIdx.x) * n;
    for (Index i = first; i < count; i += Index(gridDim.x) * blockDim.x * n) {
        auto a = load<n>(gate + i), b = load<n>(up + i);
        for (int c = 0; c < n; ++c) {
            auto x = to_float(a.at[c]);
            a.at[c] = from_float<E>(round_to<E>(x / (1 + exp(-x))) * to_float(b.at[c]));
        }
        store<n>(out + i, a);
    }
}

template <typename E, int n>
__device__ void swiglu_elements_backward(const E *gate, const E *up, const E *gradient,
                                         E *grad_gate, E *grad_up, Index count) {
    Index first = (Index(blockIdx.x) * blockDim.x + threadIdx.x) * n;
    for (Index i = first; i < count; i += Index(gridDim.x) * blockDim.x * n) {
        auto a = load<n>(gate + i), b = load<n>(up + i), grad = load<n>(gradient + i);
        for (int c = 0; c < n; ++c) {
            auto x = to_float(a.at[c]), g = to_float(grad.at[c]), y = to_float(b.at[c]);
            auto sigmoid = 1 / (1 + exp(-x));
            b.at[c] = from_float<E>(g * x * sigmoid);
            a.at[c] = from_float<E>(g * y * sigmoid * (1 + x * (1 - sigmoid)));
        }
        store<n>(grad_gate + i, a);
        store<n>(grad_up + i, b);
    }
}

/// All heads of a token have its angles. `forward` is false for the inverse rotation, the gradient.
template <typename E, int n>
__device__ void rotate_token(const E *x, const E *cosines, const E *sines, E *out, int heads,
                             int size, bool forward) {
    int half = size / 2, packs_of_a_head = half / n;
    for (int pack = threadIdx.x; pack < heads * packs_of_a_head; pack += blockDim.x) {
        int i = pack % packs_of_a_head * n, at = pack / packs_of_a_head * size + i;
        auto left = load<n>(x + at), right = load<n>(x + at + half);
        auto left_cosine = load<n>(cosines + i), right_cosine = load<n>(cosines + i + half);
        auto left_sine = load<n>(sines + i), right_sine = load<n>(sines + i + half);
        for (int c = 0; c < n; ++c) {
            auto a = to_float(left.at[c]), b = to_float(right.at[c]);
            auto cos_a = to_float(left_cosine.at[c]), cos_b = to_float(right_cosine.at[c]);
            auto sin_a = to_float(left_sine.at[c]), sin_b = to_float(right_sine.at[c]);
            if (forward) {
                left.at[c] = from_float<E>(round_to<E>(a * cos_a) + round_to<E>(-b * sin_a));
                right.at[c] = from_float<E>(round_to<E>(b * cos_b) + round_to<E>(a * sin_b));
            } else {
                left.at[c] = from_float<E>(a * cos_a + b * sin_b);
                right.at[c] = from_float<E>(b * cos_b - a * sin_a);
            }
        }
        store<n>(out + at, left);
        store<n>(out + at + half, right);
    }
}

#define ELEMENTWISE(E, name)                                                                       \
    extern "C" __global__ void swiglu_##name(const E *gate, const E *up, E *out, Index count) {    \
        if (packs<E>(count, gate, up, out)) swiglu_elements<E, lanes<E>>(gate, up, out, count);    \
        else swiglu_elements<E, 1>(gate, up, out, count);                                          \
    }                                                                                              \
    extern "C" __global__ void swiglu_backward_##name(                                             \
        const E *gate, const E *up, const E *gradient, E *grad_gate, E *grad_up, Index count) {    \
        if (packs<E>(count, gate, up, gradient, grad_gate, grad_up))                               \
            swiglu_elements_backward<E, lanes<E>>(gate, up, gradient, grad_gate, grad_up, count);  \
        else swiglu_elements_backward<E, 1>(gate, up, gradient, grad_gate, grad_up, count);        \
    }                                                                                              \
    extern "C" __global__ void rotate_##name(const E *x, const E *cosines, const E *sines, E *out, \
                                             Index heads, Index size, Index forward) {             \
        auto at = blockIdx.x * heads * size, angles = blockIdx.x * size;                           \
        if (packs<E>(size / 2, x, cosines, sines, out))                                            \
            rotate_token<E, lanes<E>>(x + at, cosines + angles, sines + angles, out + at, heads,   \
                                      size, forward != 0);                                         \
        else                                                                                       \
            rotate_token<E, 1>(x + at, cosines + angles, sines + angles, out + at, heads, size,    \
                               forward != 0);                                                      \
    }
FOR_ELEMENTS(ELEMENTWISE)
