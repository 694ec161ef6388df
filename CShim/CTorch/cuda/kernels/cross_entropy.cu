#include "elements.cuh"

// loss = Σ w · (lse - logits[token]) over the targets of a row, and in place its gradient,
// (Σ w) · softmax - Σ w · onehot(token). One block takes one row of logits; lse takes one pass.

/// log Σ exp of a row; each thread keeps its own largest and sums relative to that.
template <typename E, int n> __device__ Accum<E> row_log_sum_exp(const E *row, Index count) {
    using W = Accum<E>;
    W largest = -__int_as_float(0x7f800000), sum = 0;
    for (Index i = threadIdx.x * n; i < count; i += blockDim.x * n) {
        auto pack = load<n>(row + i);
        W top = largest;
        for (int c = 0; c < n; ++c) top = Larger()(to_float(pack.at[c]), top);
        if (top > largest) {
            sum *= exp(largest - top);
            largest = top;
        }
        for (int c = 0; c < n; ++c) sum += exp(to_float(pack.at[c]) - largest);
    }
    auto top = over_block(largest, Larger());
    // A thread without elements has neither a largest nor a sum.
    return top + log(over_block(sum == 0 ? sum : sum * exp(largest - top), Sum()));
}

/// row := factor · exp(row - shift)
template <typename E, int n>
__device__ void scaled_exp_row(E *row, Accum<E> shift, Accum<E> factor, Index count) {
    for (Index i = threadIdx.x * n; i < count; i += blockDim.x * n) {
        auto pack = load<n>(row + i);
        for (int c = 0; c < n; ++c)
            pack.at[c] = from_float<E>(factor * exp(to_float(pack.at[c]) - shift));
        store<n>(row + i, pack);
    }
}

/// The targets of row r are `tokens` and `shares` from `starts[r]` to before `starts[r + 1]`.
/// `exact` has room for one number a target.
template <typename E, int n>
__device__ void cross_entropy_row(E *row, const Index *tokens, const double *shares, double *exact,
                                  Index begin, Index end, double *loss, Index count,
                                  bool with_gradient) {
    auto sum = row_log_sum_exp<E, n>(row, count);
    double weight = 0;
    for (Index i = begin; i < end; ++i) weight += shares[i];
    if (threadIdx.x == 0) {
        double total = 0;
        for (Index i = begin; i < end; ++i) total += shares[i] * (sum - to_float(row[tokens[i]]));
        *loss = total;
    }
    if (!with_gradient) return;
    // The gradient of a target's own logit is a small difference: it is rounded last.
    for (Index i = begin + threadIdx.x; i < end; i += blockDim.x) {
        double share = 0;
        for (Index other = begin; other < end; ++other)
            share += tokens[other] == tokens[i] ? shares[other] : 0;
        exact[i] = weight * exp(double(to_float(row[tokens[i]])) - sum) - share;
    }
    __syncthreads();
    scaled_exp_row<E, n>(row, sum, weight, count);
    __syncthreads();
    for (Index i = begin + threadIdx.x; i < end; i += blockDim.x)
        row[tokens[i]] = from_float<E>(exact[i]);
}

#define CROSS_ENTROPY(E, name)                                                                     \
    extern "C" __global__ void cross_entropy_##name(                                               \
        E *logits, const Index *starts, const Index *tokens, const double *shares, double *exact,  \
        double *losses, Index count, Index with_gradient) {                                        \
        auto *row = logits + blockIdx.x * count;                                                   \
        auto begin = starts[blockIdx.x], end = starts[blockIdx.x + 1];                             \
        auto *loss = losses + blockIdx.x;                                                          \
        if (packs<E>(count, logits))                                                               \
            cross_entropy_row<E, lanes<E>>(row, tokens, shares, exact, begin, end, loss, count,    \
                                           with_gradient != 0);                                    \
        else                                                                                       \
            cross_entropy_row<E, 1>(row, tokens, shares, exact, begin, end, loss, count,           \
                                    with_gradient != 0);                                           \
    }
FOR_ELEMENTS(CROSS_ENTROPY)
