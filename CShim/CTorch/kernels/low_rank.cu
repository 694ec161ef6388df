#include "elements.cuh"

// The skinny products of a low-rank change. A library product in float32 would first copy the
// activations to float32, three times their own traffic; these read them as they are stored. m
// [rank, width] and u [rows, rank] are float32 (float64 for float64).

constexpr int ranks_of_a_pass = 8;

/// u[row, j] = Σₖ x[row, k] · m[j, k]. A warp takes four rows, so that m is read for all of them;
/// blockIdx.y counts eights of j.
template <typename E, int n>
__device__ void narrow_product_rows(const E *x, const Wide<E> *m, Wide<E> *u, Index rows,
                                    Index width, Index rank) {
    using W = Wide<E>;
    constexpr int rows_of_a_warp = 4;
    int lane = threadIdx.x % 32;
    Index row = (Index(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32) * rows_of_a_warp;
    Index j = Index(blockIdx.y) * ranks_of_a_pass;
    W sums[rows_of_a_warp][ranks_of_a_pass] = {};
    for (Index k = lane * n; k < width; k += 32 * n) {
        W in[rows_of_a_warp][n];
        for (int r = 0; r < rows_of_a_warp; ++r) {
            // Past the end the last one stands in; its sums are not written.
            auto pack = load<n>(x + min(row + r, rows - 1) * width + k);
            for (int c = 0; c < n; ++c) in[r][c] = widened(pack.at[c]);
        }
        for (int i = 0; i < ranks_of_a_pass; ++i) {
            auto by = load<n>(m + min(j + i, rank - 1) * width + k);
            for (int r = 0; r < rows_of_a_warp; ++r)
                for (int c = 0; c < n; ++c) sums[r][i] += in[r][c] * by.at[c];
        }
    }
    for (int r = 0; r < rows_of_a_warp; ++r)
        for (int i = 0; i < ranks_of_a_pass; ++i) {
            auto sum = over_warp(sums[r][i], Sum());
            if (lane == 0 && row + r < rows && j + i < rank) u[(row + r) * rank + j + i] = sum;
        }
}

/// y[row, k] += scale · Σⱼ u[row, j] · m[j, k], rounded once. A thread takes a pack of columns in
/// eight rows; blockIdx.x counts eights of rows.
template <typename E, int n>
__device__ void add_product_rows(E *y, const Wide<E> *u, const Wide<E> *m, Index rows, Index width,
                                 Index rank, Wide<E> scale) {
    using W = Wide<E>;
    constexpr int rows_of_a_thread = 8;
    Index row = Index(blockIdx.x) * rows_of_a_thread;
    for (Index k = (Index(blockIdx.y) * blockDim.x + threadIdx.x) * n; k < width;
         k += Index(gridDim.y) * blockDim.x * n) {
        W sums[rows_of_a_thread][n] = {};
        for (Index j = 0; j < rank; ++j) {
            auto line = load<n>(m + j * width + k);
            for (int r = 0; r < rows_of_a_thread; ++r) {
                auto factor = u[min(row + r, rows - 1) * rank + j];
                for (int c = 0; c < n; ++c) sums[r][c] += factor * line.at[c];
            }
        }
        for (int r = 0; r < rows_of_a_thread && row + r < rows; ++r) {
            auto *out = y + (row + r) * width + k;
            auto pack = load<n>(out);
            for (int c = 0; c < n; ++c)
                pack.at[c] = narrowed<E>(widened(pack.at[c]) + scale * sums[r][c]);
            store<n>(out, pack);
        }
    }
}

/// parts[p, j, k] = Σ over the p-th piece of rows of u[row, j] · x[row, k]; blockIdx.x is p,
/// blockIdx.z counts eights of j. The pieces are added afterwards, always in the same order.
template <typename E, int n>
__device__ void outer_product_piece(const Wide<E> *u, const E *x, Wide<E> *parts, Index rows,
                                    Index width, Index rank, Index rows_of_a_piece) {
    using W = Wide<E>;
    Index first = Index(blockIdx.x) * rows_of_a_piece, j = Index(blockIdx.z) * ranks_of_a_pass;
    Index last = min(first + rows_of_a_piece, rows);
    for (Index k = (Index(blockIdx.y) * blockDim.x + threadIdx.x) * n; k < width;
         k += Index(gridDim.y) * blockDim.x * n) {
        W sums[ranks_of_a_pass][n] = {};
        for (Index row = first; row < last; ++row) {
            auto pack = load<n>(x + row * width + k);
            for (int i = 0; i < ranks_of_a_pass; ++i) {
                auto factor = u[row * rank + min(j + i, rank - 1)];
                for (int c = 0; c < n; ++c) sums[i][c] += factor * widened(pack.at[c]);
            }
        }
        for (int i = 0; i < ranks_of_a_pass && j + i < rank; ++i) {
            Pack<W, n> pack;
            for (int c = 0; c < n; ++c) pack.at[c] = sums[i][c];
            store<n>(parts + ((Index(blockIdx.x) * rank) + j + i) * width + k, pack);
        }
    }
}

#define LOW_RANK(E, name)                                                                          \
    extern "C" __global__ void narrow_product_##name(const E *x, const Wide<E> *m, Wide<E> *u,     \
                                                     Index rows, Index width, Index rank) {        \
        if (packs<E>(width, x, m))                                                                 \
            narrow_product_rows<E, lanes<E>>(x, m, u, rows, width, rank);                          \
        else                                                                                       \
            narrow_product_rows<E, 1>(x, m, u, rows, width, rank);                                 \
    }                                                                                              \
    extern "C" __global__ void add_product_##name(E *y, const Wide<E> *u, const Wide<E> *m,        \
                                                  Index rows, Index width, Index rank,             \
                                                  double scale) {                                  \
        if (packs<E>(width, y, m))                                                                 \
            add_product_rows<E, lanes<E>>(y, u, m, rows, width, rank, scale);                      \
        else                                                                                       \
            add_product_rows<E, 1>(y, u, m, rows, width, rank, scale);                             \
    }                                                                                              \
    extern "C" __global__ void outer_product_##name(const Wide<E> *u, const E *x, Wide<E> *parts,  \
                                                    Index rows, Index width, Index rank,           \
                                                    Index rows_of_a_piece) {                       \
        if (packs<E>(width, x, parts))                                                             \
            outer_product_piece<E, lanes<E>>(u, x, parts, rows, width, rank, rows_of_a_piece);     \
        else                                                                                       \
            outer_product_piece<E, 1>(u, x, parts, rows, width, rank, rows_of_a_piece);            \
    }
FOR_ELEMENTS(LOW_RANK)
