#include "elements.cuh"

/// Joins attention over further keys to what a row has already, by log-sum-exp: one block takes row
/// i of `part` [rows, heads, size] and `part_lse` [heads, rows] into row places[i] of `out`
/// [allRows, heads, size] and `lse` [heads, allRows]. The log-sum-exps are float32 (float64 for
/// float64).
template <typename E, int n>
__device__ void merge_row(E *out, Wide<E> *lse, const E *part, const Wide<E> *part_lse,
                          Index stride, Index part_stride, int heads, int size) {
    for (int i = threadIdx.x * n; i < heads * size; i += blockDim.x * n) {
        int head = i / size;
        auto old = lse[head * stride], added = part_lse[head * part_stride];
        auto joined = Larger()(old, added) + log1p(exp(-abs(old - added)));
        auto keep = exp(old - joined), take = exp(added - joined);
        auto here = load<n>(out + i), more = load<n>(part + i);
        for (int c = 0; c < n; ++c)
            here.at[c] = narrowed<E>(keep * widened(here.at[c]) + take * widened(more.at[c]));
        store<n>(out + i, here);
    }
    __syncthreads(); // every thread has read the old log-sum-exps
    for (int head = threadIdx.x; head < heads; head += blockDim.x) {
        auto old = lse[head * stride], added = part_lse[head * part_stride];
        lse[head * stride] = Larger()(old, added) + log1p(exp(-abs(old - added)));
    }
}

#define MERGE(E, name)                                                                             \
    extern "C" __global__ void attention_merge_##name(                                             \
        E *out, Wide<E> *lse, const E *part, const Wide<E> *part_lse, const Index *places,         \
        Index all_rows, Index rows, Index heads, Index size) {                                     \
        auto to = places[blockIdx.x];                                                              \
        auto *row = out + to * heads * size;                                                       \
        auto *from = part + blockIdx.x * heads * size;                                             \
        if (packs<E>(size, out, part))                                                             \
            merge_row<E, lanes<E>>(row, lse + to, from, part_lse + blockIdx.x, all_rows, rows,     \
                                   heads, size);                                                   \
        else                                                                                       \
            merge_row<E, 1>(row, lse + to, from, part_lse + blockIdx.x, all_rows, rows, heads,     \
                            size);                                                                 \
    }
FOR_ELEMENTS(MERGE)
