// Backward pass of one work item (FlashAttention-2, algorithm 2), for each tile of queries:
//   D = Σ dO ∘ O by row; for each tile of keys:
//   S = Q Kᵀ,  P = exp(S · scale - lse),  dP = dO Vᵀ,  dS = P ∘ (dP - D) · scale,
//   dV += Pᵀ dO,  dK += dSᵀ Q,  dQ += dS K.
// Tiles of S, P, dP and dS are stored transposed, [keys x queries]: so Pᵀ and dSᵀ are left operands
// as they stand, and only dS is packed. dQ is computed as dQᵀ [size x queries] = Kᵀ dSᵀ.
#include <limits>

#include "attention/tile_softmax.h"
#include "attention/tile_work.h"

using namespace ct;

namespace {

/// A thread's arrays. Of K, V and Kᵀ all tiles are kept; of the rest one tile.
template <typename E> struct BackwardWorkspace {
    Scratch scratch;
    /// Left operands.
    E *K, *V, *K_t;
    /// A tile of queries and of dO: as they are, and packed, transposed and not.
    E *Q, *dO, *Q_t_packed, *dO_t_packed, *Q_packed, *dO_packed;
    E *P_t, *dS_t, *dS_t_packed;
    float *S_t, *dP_t, *lse, *D, *dQ_t;
    /// What a product with a tile of K or V is multiplied by.
    float *K_scale, *V_scale;

    BackwardWorkspace(ptrdiff_t key_tiles, ptrdiff_t size)
        : K(scratch.take<E>(key_tiles * tile * size)), V(scratch.take<E>(key_tiles * tile * size)),
          K_t(scratch.take<E>(key_tiles * tile * size)), Q(scratch.take<E>(tile * size)),
          dO(scratch.take<E>(tile * size)), Q_t_packed(scratch.take<E>(packed_size(size, tile))),
          dO_t_packed(scratch.take<E>(packed_size(size, tile))),
          Q_packed(scratch.take<E>(packed_size(tile, size))),
          dO_packed(scratch.take<E>(packed_size(tile, size))), P_t(scratch.take<E>(tile * tile)),
          dS_t(scratch.take<E>(tile * tile)), dS_t_packed(scratch.take<E>(tile * tile)),
          S_t(scratch.take<float>(tile * tile)), dP_t(scratch.take<float>(tile * tile)),
          lse(scratch.take<float>(tile)), D(scratch.take<float>(tile)),
          dQ_t(scratch.take<float>(tile * size)), K_scale(scratch.take<float>(key_tiles)),
          V_scale(scratch.take<float>(key_tiles)) {}
};

} // namespace

template <typename E, typename T>
void ct::backward_tiles(const WorkItem &item, const Operands<T> &x, const BackwardArrays<T> &arrays,
                        float *dK_part, float *dV_part) {
    auto &r = *item.rectangle;
    auto size = x.size, keys = item.keys(), key_tiles = tile_count(keys);
    bool wants_dQ = arrays.dQ != nullptr, wants_dS = wants_dQ || dK_part != nullptr;
    BackwardWorkspace<E> w(key_tiles, size);
    for (ptrdiff_t j = 0; j < key_tiles; ++j) {
        auto count = std::min(tile, keys - j * tile), row = r.key_start + j * tile;
        TileView<E> K{w.K + j * tile * size, tile, size, size};
        TileView<E> V{w.V + j * tile * size, tile, size, size};
        w.K_scale[j] = load_rows(x.keys(x.K, row, item.key_head, count), K);
        w.V_scale[j] = load_rows(x.keys(x.V, row, item.key_head, count), V);
        if (wants_dQ) transpose(K, w.K_t + j * tile * size);
    }
    if (!wants_dS) std::fill_n(w.dP_t, tile * tile, 0.0f);
    for (ptrdiff_t head = item.key_head * x.group; head < (item.key_head + 1) * x.group; ++head)
        for (ptrdiff_t first = item.first; first < item.first + item.count; first += tile) {
            auto count = std::min(tile, item.first + item.count - first), height = padded(count);
            auto row = r.query_start + first;
            auto dO_rows = x.queries(arrays.dO, row, head, count);
            auto O_rows = x.queries(arrays.O, row, head, count);
            TileView<E> Q{w.Q, height, size, size}, dO{w.dO, height, size, size};
            auto Q_scale = load_rows(x.queries(x.Q, row, head, count), Q);
            auto dO_scale = load_rows(dO_rows, dO);
            pack_transposed(Q, w.Q_t_packed);
            if (wants_dS) pack_transposed(dO, w.dO_t_packed);
            if (dK_part != nullptr) pack(Q, w.Q_packed);
            if (dV_part != nullptr) pack(dO, w.dO_packed);
            float largest_D = 0;
            for (ptrdiff_t i = 0; i < height; ++i) {
                // A row of padding has P = 0: e^-∞.
                w.lse[i] = i < count ? arrays.lse[(row + i) * x.heads + head]
                                     : std::numeric_limits<float>::infinity();
                float sum = 0;
                if (i < count)
                    for (ptrdiff_t d = 0; d < size; ++d)
                        sum += to_float(dO_rows.row(i)[d]) * to_float(O_rows.row(i)[d]);
                w.D[i] = sum;
                largest_D = std::max(largest_D, std::abs(sum));
            }
            TileView<float> dQ_t{w.dQ_t, size, height, tile};
            if (wants_dQ) std::fill_n(w.dQ_t, tile * size, 0.0f);
            auto seen = r.causal ? std::min(first + count, keys) : keys;
            for (ptrdiff_t j = 0; j < tile_count(seen); ++j) {
                auto present = std::min(tile, keys - j * tile), depth = padded(present);
                TileView<float> S_t{w.S_t, depth, height, tile}, dP_t{w.dP_t, depth, height, tile};
                TileView<E> P_t{w.P_t, depth, height, tile}, dS_t{w.dS_t, depth, height, tile};
                TileView<E> K{w.K + j * tile * size, depth, size, size};
                TileView<E> V{w.V + j * tile * size, depth, size, size};
                auto dP_scale = w.V_scale[j] * dO_scale;
                tile_gemm(w.K_scale[j] * Q_scale, K, {w.Q_t_packed, size}, S_t, false);
                if (wants_dS) tile_gemm(dP_scale, V, {w.dO_t_packed, size}, dP_t, false);
                auto gain = gradient_gain<E>((size * dP_scale + largest_D) * x.scale);
                bool cuts = r.causal && first < (j + 1) * tile;
                softmax_backward(S_t, dP_t, {present, cuts, first - j * tile}, x.scale,
                                 x.scale * gain, {w.lse, w.D}, P_t, dS_t);
                if (dV_part != nullptr)
                    tile_gemm(dO_scale, P_t, {w.dO_packed, height},
                              {dV_part + j * tile * size, depth, size, size}, true);
                if (dK_part != nullptr)
                    tile_gemm(Q_scale / gain, dS_t, {w.Q_packed, height},
                              {dK_part + j * tile * size, depth, size, size}, true);
                if (!wants_dQ) continue;
                pack(dS_t, w.dS_t_packed);
                TileView<E> K_t{w.K_t + j * tile * size, size, depth, tile};
                tile_gemm(w.K_scale[j] / gain, K_t, {w.dS_t_packed, depth}, dQ_t, true);
            }
            if (!wants_dQ) continue;
            auto dQ = x.queries(arrays.dQ, row, head, count);
            for (ptrdiff_t i = 0; i < count; ++i)
                for (ptrdiff_t d = 0; d < size; ++d) dQ.row(i)[d] += dQ_t.row(d)[i];
        }
    release_gemm<E>();
}

#define BACKWARD(E, T)                                                                             \
    template void ct::backward_tiles<E, T>(const WorkItem &, const Operands<T> &,                  \
                                           const BackwardArrays<T> &, float *, float *);
CT_FOR_TILE_TYPES(BACKWARD)
