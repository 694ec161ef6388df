#include "elements.cuh"

/// Merges attention over further keys into a row's earlier result:
///   lse' = log(e^lse + e^part_lse),   out' = out e^(lse - lse') + part e^(part_lse - lse').
/// Block i takes row i of `part` [rows, heads, size] and `part_lse` [heads, rows] into row
/// indices[i] of `out` [allRows, heads, size] and `lse` [heads, allRows]. Log-sum-exps are float32
/// (float64 for float64), in any order: `…_head` and `…_row` are the steps from one to the next.
template <typename E, int n>
__device__ void merge_row(E *out, Accum<E> *lse, const E *part, const Accum<E> *part_lse,
                          Index lse_head, Index part_head, int heads, int size) {
    for (int i = threadIdx.x * n; i < heads * size; i += blockDim.x * n) {
        int head = i / size;
        auto old = lse[head * lse_head], added = part_lse[head * part_head];
        auto merged = Larger()(old, added) + log1p(exp(-abs(old - added)));
        auto keep = exp(old - merged), take = exp(added - merged);
        auto here = load<n>(out + i), more = load<n>(part + i);
        for (int c = 0; c < n; ++c)
            here.at[c] = from_float<E>(keep * to_float(here.at[c]) + take * to_float(more.at[c]));
        store<n>(out + i, here);
    }
    __syncthreads(); // every thread has read the old log-sum-exps
    for (int head = threadIdx.x; head < heads; head += blockDim.x) {
        auto old = lse[head * lse_head], added = part_lse[head * part_head];
        lse[head * lse_head] = Larger()(old, added) + log1p(exp(-abs(old - added)));
    }
}

#define MERGE(E, name)                                                                             \
    extern "C" __global__ void attention_merge_##name(                                             \
        E *out, Accum<E> *lse, const E *part, const Accum<E> *part_lse, const Index *indices,      \
        Index lse_head, Index lse_row, Index part_head, Index part_row, Index heads, Index size) { \
        auto to = indices[blockIdx.x];                                                             \
        auto *row = out + to * heads * size;                                                       \
        auto *from = part + blockIdx.x * heads * size;                                             \
        lse += to * lse_row;                                                                       \
        part_lse += blockIdx.x * part_row;                                                         \
        if (packs<E>(size, out, part))                                                             \
            merge_row<E, lanes<E>>(row, lse, from, part_lse, lse_head, part_head, heads, size);    \
        else merge_row<E, 1>(row, lse, from, part_lse, lse_head, part_head, heads, size);          \
    }
FOR_ELEMENTS(MERGE)
