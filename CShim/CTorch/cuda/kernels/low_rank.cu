#include "elements.cuh"

// The skinny products of a low-rank update (ops/low_rank.h):
//   u = x · Mᵀ,   y += scale · u · M,   dM = uᵀ · x.
// M [rank, width] and u [rows, rank] are float32 (float64 for float64), and so are sums. x is
// read as it is stored: a library product in float32 would copy it first, three times its own
// traffic.

constexpr int ranks_per_block = 8;

/// u[row, j] = Σₖ x[row, k] · M[j, k]. A warp takes four rows, so that M is read once for them;
/// blockIdx.y counts runs of eight j.
template <typename E, int n>
__device__ void down_rows(const E *x, const Accum<E> *m, Accum<E> *u, Index rows, Index width,
                          Index rank) {
    using W = Accum<E>;
    constexpr int rows_per_warp = 4;
    int lane = threadIdx.x % 32;
    Index row = (Index(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32) * rows_per_warp;
    Index j = Index(blockIdx.y) * ranks_per_block;
    W sums[rows_per_warp][ranks_per_block] = {};
    for (Index k = lane * n; k < width; k += 32 * n) {
        W in[rows_per_warp][n];
        for (int r = 0; r < rows_per_warp; ++r) {
            // Past the end the last row is read again; its sums are not written.
            auto pack = load<n>(x + min(row + r, rows - 1) * width + k);
            for (int c = 0; c < n; ++c) in[r][c] = to_float(pack.at[c]);
        }
        for (int i = 0; i < ranks_per_block; ++i) {
            auto by = load<n>(m + min(j + i, rank - 1) * width + k);
            for (int r = 0; r < rows_per_warp; ++r)
                for (int c = 0; c < n; ++c) sums[r][i] += in[r][c] * by.at[c];
        }
    }
    for (int r = 0; r < rows_per_warp; ++r)
        for (int i = 0; i < ranks_per_block; ++i) {
            auto sum = over_warp(sums[r][i], Sum());
            if (lane == 0 && row + r < rows && j + i < rank) u[(row + r) * rank + j + i] = sum;
        }
}

/// y[row, k] += scale · Σⱼ u[row, j] · M[j, k], rounded once. A thread takes a pack of columns in
/// eight rows; blockIdx.x counts runs of eight rows.
template <typename E, int n>
__device__ void up_rows(E *y, const Accum<E> *u, const Accum<E> *m, Index rows, Index width,
                        Index rank, Accum<E> scale) {
    using W = Accum<E>;
    constexpr int rows_per_thread = 8;
    Index row = Index(blockIdx.x) * rows_per_thread;
    for (Index k = (Index(blockIdx.y) * blockDim.x + threadIdx.x) * n; k < width;
         k += Index(gridDim.y) * blockDim.x * n) {
        W sums[rows_per_thread][n] = {};
        for (Index j = 0; j < rank; ++j) {
            auto line = load<n>(m + j * width + k);
            for (int r = 0; r < rows_per_thread; ++r) {
                auto factor = u[min(row + r, rows - 1) * rank + j];
                for (int c = 0; c < n; ++c) sums[r][c] += factor * line.at[c];
            }
        }
        for (int r = 0; r < rows_per_thread && row + r < rows; ++r) {
            auto *out = y + (row + r) * width + k;
            auto pack = load<n>(out);
            for (int c = 0; c < n; ++c)
                pack.at[c] = from_float<E>(to_float(pack.at[c]) + scale * sums[r][c]);
            store<n>(out, pack);
        }
    }
}

/// parts[p, j, k] = Σ over the p-th run of rows of u[row, j] · x[row, k]; blockIdx.x is p,
/// blockIdx.z counts runs of eight j. The caller sums the parts, always in the same order.
template <typename E, int n>
__device__ void gradient_part(const Accum<E> *u, const E *x, Accum<E> *parts, Index rows,
                              Index width, Index rank, Index rows_per_part) {
    using W = Accum<E>;
    Index first = Index(blockIdx.x) * rows_per_part, j = Index(blockIdx.z) * ranks_per_block;
    Index last = min(first + rows_per_part, rows);
    for (Index k = (Index(blockIdx.y) * blockDim.x + threadIdx.x) * n; k < width;
         k += Index(gridDim.y) * blockDim.x * n) {
        W sums[ranks_per_block][n] = {};
        for (Index row = first; row < last; ++row) {
            auto pack = load<n>(x + row * width + k);
            for (int i = 0; i < ranks_per_block; ++i) {
                auto factor = u[row * rank + min(j + i, rank - 1)];
                for (int c = 0; c < n; ++c) sums[i][c] += factor * to_float(pack.at[c]);
            }
        }
        for (int i = 0; i < ranks_per_block && j + i < rank; ++i) {
            Pack<W, n> pack;
            for (int c = 0; c < n; ++c) pack.at[c] = sums[i][c];
            store<n>(parts + ((Index(blockIdx.x) * rank) + j + i) * width + k, pack);
        }
    }
}

#define LOW_RANK(E, name)                                                                          \
    extern "C" __global__ void low_rank_down_##name(const E *x, const Accum<E> *m, Accum<E> *u,    \
                                                    Index rows, Index width, Index rank) {         \
        if (packs<E>(width, x, m)) down_rows<E, lanes<E>>(x, m, u, rows, width, rank);             \
        else down_rows<E, 1>(x, m, u, rows, width, rank);                                          \
    }                                                                                              \
    extern "C" __global__ void low_rank_up_##name(E *y, const Accum<E> *u, const Accum<E> *m,      \
                                                  Index rows, Index width, Index rank,             \
                                                  double scale) {                                  \
        if (packs<E>(width, y, m)) up_rows<E, lanes<E>>(y, u, m, rows, width, rank, scale);        \
        else up_rows<E, 1>(y, u, m, rows, width, rank, scale);                                     \
    }                                                                                              \
    extern "C" __global__ void low_rank_gradient_##name(const Accum<E> *u, const E *x,             \
                                                        Accum<E> *parts, Index rows, Index width,  \
                                                        Index rank, Index rows_per_part) {         \
        if (packs<E>(width, x, parts))                                                             \
            gradient_part<E, lanes<E>>(u, x, parts, rows, width, rank, rows_per_part);             \
        else gradient_part<E, 1>(u, x, parts, rows, width, rank, rows_per_part);                   \
    }
FOR_ELEMENTS(LOW_RANK)
