// Forward pass of one work item (FlashAttention-2, algorithm 1), for each tile of queries:
//   for each tile of keys:  S = Q Kᵀ,  P = online_softmax(S · scale),  O_acc += P V;
//   then O = O_acc / l and lse = m + log l.
// K and V are packed once for all query heads that share them. S [64 x 64] never leaves the cache.
#include <limits>

#include "attention/tile_softmax.h"
#include "attention/tile_work.h"

using namespace ct;

namespace {

/// A thread's arrays. Of K and V all tiles are kept, each packed; of the rest one tile.
template <typename E> struct ForwardWorkspace {
    Scratch scratch;
    E *K_t, *V, *Q, *P;
    float *S, *m, *l, *O_acc;
    /// What a product with a tile of K or V is multiplied by.
    float *K_scale, *V_scale;

    ForwardWorkspace(ptrdiff_t key_tiles, ptrdiff_t size)
        : K_t(scratch.take<E>(key_tiles * packed_size(size, tile))),
          V(scratch.take<E>(key_tiles * packed_size(tile, size))), Q(scratch.take<E>(tile * size)),
          P(scratch.take<E>(tile * tile)), S(scratch.take<float>(tile * tile)),
          m(scratch.take<float>(tile)), l(scratch.take<float>(tile)),
          O_acc(scratch.take<float>(tile * size)), K_scale(scratch.take<float>(key_tiles)),
          V_scale(scratch.take<float>(key_tiles)) {}
};

} // namespace

template <typename E, typename T>
void ct::forward_tiles(const WorkItem &item, const Operands<T> &x, float *out, float *lse) {
    auto &r = *item.rectangle;
    auto size = x.size, keys = item.keys(), key_tiles = tile_count(keys);
    auto K_t_size = packed_size(size, tile), V_size = packed_size(tile, size);
    ForwardWorkspace<E> w(key_tiles, size);
    for (ptrdiff_t j = 0; j < key_tiles; ++j) {
        auto count = std::min(tile, keys - j * tile), row = r.key_start + j * tile;
        TileView<E> rows{w.Q, tile, size, size};
        w.K_scale[j] = load_rows(x.keys(x.K, row, item.key_head, count), rows);
        pack_transposed(rows, w.K_t + j * K_t_size);
        w.V_scale[j] = load_rows(x.keys(x.V, row, item.key_head, count), rows);
        pack(rows, w.V + j * V_size);
    }
    for (ptrdiff_t head = item.key_head * x.group; head < (item.key_head + 1) * x.group; ++head)
        for (ptrdiff_t first = item.first; first < item.first + item.count; first += tile) {
            auto count = std::min(tile, item.first + item.count - first), height = padded(count);
            auto row = r.query_start + first;
            auto O = x.queries(out, row, head, count);
            float *row_lse = lse + row * x.heads + head;
            TileView<E> Q{w.Q, height, size, size};
            auto Q_scale = load_rows(x.queries(x.Q, row, head, count), Q);
            SoftmaxState state{w.m, w.l, {w.O_acc, height, size, size}};
            for (ptrdiff_t i = 0; i < height; ++i) {
                bool merges = r.merges && i < count;
                state.m[i] =
                    merges ? row_lse[i * x.heads] : -std::numeric_limits<float>::infinity();
                state.l[i] = merges ? 1 : 0;
            }
            if (r.merges) load_rows<float>(O, state.O_acc);
            else std::fill_n(w.O_acc, height * size, 0.0f);
            auto seen = r.causal ? std::min(first + count, keys) : keys;
            for (ptrdiff_t j = 0; j < tile_count(seen); ++j) {
                auto present = std::min(tile, keys - j * tile), columns = padded(present);
                TileView<float> S{w.S, height, columns, tile};
                TileView<E> P{w.P, height, columns, tile};
                tile_gemm(Q_scale * w.K_scale[j], Q, {w.K_t + j * K_t_size, size}, S, false);
                bool cuts = r.causal && first < (j + 1) * tile;
                online_softmax(S, {present, cuts, first - j * tile}, x.scale, P, state);
                tile_gemm(w.V_scale[j], P, {w.V + j * V_size, tile}, state.O_acc, true);
            }
            for (ptrdiff_t i = 0; i < count; ++i) {
                auto share = 1 / state.l[i];
                for (ptrdiff_t d = 0; d < size; ++d) O.row(i)[d] = state.O_acc.row(i)[d] * share;
                row_lse[i * x.heads] = state.m[i] + std::log(state.l[i]);
            }
        }
    release_gemm<E>();
}

#define FORWARD(E, T)                                                                              \
    template void ct::forward_tiles<E, T>(const WorkItem &, const Operands<T> &, float *, float *);
CT_FOR_TILE_TYPES(FORWARD)
