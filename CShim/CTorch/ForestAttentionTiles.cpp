#include "ForestAttentionTiles.h"

#include <ATen/native/CPUBlas.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "Parallel.h"
#include "Vectors.h"

using at::Tensor;
using namespace ct;

// A key head's keys and values are turned into float32 tiles once for all query heads that read
// them; scores of one tile of queries and one of keys never leave the cache. Products are libtorch's
// small-matrix kernels.

namespace {

/// Rows of a tile, and the step in which a last, shorter tile grows; one product is compiled for
/// each size.
constexpr ptrdiff_t tile = 64, step = 16;
/// Query rows that one piece of work takes, so that several threads can share a long rectangle.
constexpr ptrdiff_t rows_of_an_item = 512;

ptrdiff_t padded(ptrdiff_t count) { return (count + step - 1) / step * step; }
ptrdiff_t tiles(ptrdiff_t count) { return (count + tile - 1) / tile; }

/// c [m, n] = (or, when `adds`, +=) a [m, k] · b [k, n], rows without gaps.
void product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, bool adds, const float *a, ptrdiff_t a_row,
             const float *b, ptrdiff_t b_row, float *c, ptrdiff_t c_row) {
    at::native::cpublas::brgemm(m, n, k, a_row, b_row, c_row, adds, a, b, c, /*is_vnni=*/false);
}

/// Rows of a [rows, heads, size] tensor at one head, as float32 times `factor`; the rest up to
/// `padding` rows is zero.
template <typename E>
CT_INLINE void take_rows(const E *from, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t padding,
                         ptrdiff_t size, float factor, float *to) {
    for (ptrdiff_t row = 0; row < count; ++row)
        for (ptrdiff_t i = 0; i < size; ++i)
            to[row * size + i] = factor * widened(from[row * stride + i]);
    for (ptrdiff_t i = count * size; i < padding * size; ++i) to[i] = 0;
}

/// to[j, i] = from[i, j]
CT_INLINE void transpose_tile(const float *from, ptrdiff_t rows, ptrdiff_t columns,
                              ptrdiff_t from_row, float *to, ptrdiff_t to_row) {
    using Four = float __attribute__((vector_size(16), aligned(4)));
    ptrdiff_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        ptrdiff_t j = 0;
        for (; j + 4 <= columns; j += 4) {
            auto load = [&](ptrdiff_t row) {
                Four v;
                std::memcpy(&v, from + (i + row) * from_row + j, sizeof v);
                return v;
            };
            Four a = load(0), b = load(1), c = load(2), d = load(3);
            Four ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                 ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7),
                 cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5),
                 cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            Four out[4] = {__builtin_shufflevector(ab0, cd0, 0, 1, 4, 5),
                           __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7),
                           __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5),
                           __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7)};
            for (ptrdiff_t k = 0; k < 4; ++k)
                std::memcpy(to + (j + k) * to_row + i, &out[k], sizeof out[k]);
        }
        for (; j < columns; ++j)
            for (ptrdiff_t k = 0; k < 4; ++k) to[j * to_row + i + k] = from[(i + k) * from_row + j];
    }
    for (; i < rows; ++i)
        for (ptrdiff_t j = 0; j < columns; ++j) to[j * to_row + i] = from[i * from_row + j];
}

/// One tile of scores [rows, tile] becomes weights; the running largest, sum and output of each row
/// follow. Row i sees the first `visible + i · slope` of the tile's `present` keys.
CT_VECTORIZED void soften(float *scores, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t present,
                          ptrdiff_t visible, ptrdiff_t slope, float *largest, float *sums,
                          float *out, ptrdiff_t size) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t row = 0; row < rows; ++row) {
        float *line = scores + row * tile;
        auto count = std::clamp<ptrdiff_t>(visible + row * slope, 0, present);
        if (count > 0) {
            float most = largest[row];
            for (ptrdiff_t j = 0; j < count; ++j) most = line[j] > most ? line[j] : most;
            float shrink = exponential(largest[row] - most), sum = 0;
            for (ptrdiff_t j = 0; j < count; ++j) {
                float weight = exponential(line[j] - most);
                line[j] = weight;
                sum += weight;
            }
            if (shrink != 1)
                for (ptrdiff_t i = 0; i < size; ++i) out[row * size + i] *= shrink;
            sums[row] = sums[row] * shrink + sum;
            largest[row] = most;
        }
        for (ptrdiff_t j = count; j < columns; ++j) line[j] = 0;
    }
}

/// Scores [keys, queries] of one tile become weights, and `slopes`, the weights' gradient, the
/// scores'. Key j is seen by the queries from `first + j · slope` on, a key behind the `present`
/// ones by none.
CT_VECTORIZED void differentiate(float *scores, float *slopes, ptrdiff_t keys, ptrdiff_t present,
                                 ptrdiff_t queries, ptrdiff_t first, ptrdiff_t slope, float scale,
                                 const float *lse, const float *deltas) {
    for (ptrdiff_t j = 0; j < keys; ++j) {
        float *line = scores + j * tile;
        auto start =
            j < present ? std::clamp<ptrdiff_t>(first + j * slope, 0, queries) : queries;
        for (ptrdiff_t i = 0; i < start; ++i) line[i] = 0;
        for (ptrdiff_t i = start; i < queries; ++i)
            line[i] = exponential(line[i] * scale - lse[i]);
        if (slopes == nullptr) continue;
        float *change = slopes + j * tile;
        for (ptrdiff_t i = 0; i < queries; ++i)
            change[i] = line[i] * (change[i] - deltas[i]) * scale;
    }
}

#define ROWS(E)                                                                                    \
    CT_VECTORIZED void take(const E *from, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t padding,   \
                            ptrdiff_t size, float factor, float *to) {                             \
        take_rows<E>(from, stride, count, padding, size, factor, to);                              \
    }
ROWS(BFloat)
ROWS(float)

CT_VECTORIZED void transpose(const float *from, ptrdiff_t rows, ptrdiff_t columns,
                             ptrdiff_t from_row, float *to, ptrdiff_t to_row) {
    transpose_tile(from, rows, columns, from_row, to, to_row);
}

/// What one thread computes with, grown as needed.
float *scratch(size_t slot, ptrdiff_t count) {
    thread_local std::vector<float> buffers[12];
    auto &buffer = buffers[slot];
    if (static_cast<ptrdiff_t>(buffer.size()) < count) buffer.resize(count);
    return buffer.data();
}

/// A run of query rows of a rectangle at one key head.
struct Item {
    const AttentionRectangle *rectangle;
    ptrdiff_t key_head, first, count;

    /// Keys that its rows see.
    ptrdiff_t keys() const {
        return rectangle->causal ? std::min(first + count, rectangle->key_count)
                                 : rectangle->key_count;
    }
};

std::vector<Item> items(const std::vector<AttentionRectangle> &wave, ptrdiff_t key_heads) {
    std::vector<Item> result;
    for (auto &rectangle : wave)
        for (ptrdiff_t first = 0; first < rectangle.query_count; first += rows_of_an_item)
            for (ptrdiff_t head = 0; head < key_heads; ++head)
                result.push_back(
                    {&rectangle, head, first,
                     std::min(rows_of_an_item, rectangle.query_count - first)});
    return result;
}

template <typename E> struct Tensors {
    const E *query, *key, *value;
    ptrdiff_t heads, key_heads, size, group;
    float scale;

    Tensors(const Tensor &q, const Tensor &k, const Tensor &v, double scale)
        : query(elements<E>(q)), key(elements<E>(k)), value(elements<E>(v)), heads(q.size(1)),
          key_heads(k.size(1)), size(q.size(2)), group(heads / key_heads),
          scale(static_cast<float>(scale)) {}

    /// A row of all heads, at one head.
    const E *query_row(ptrdiff_t row, ptrdiff_t head) const {
        return query + (row * heads + head) * size;
    }
    const E *key_row(const E *all, ptrdiff_t row, ptrdiff_t head) const {
        return all + (row * key_heads + head) * size;
    }
};

template <typename E>
void forward(const Item &item, const Tensors<E> &t, float *out, float *lse) {
    auto &r = *item.rectangle;
    auto size = t.size, keys = item.keys(), key_tiles = tiles(keys);
    auto *transposed = scratch(0, key_tiles * tile * size), *values = scratch(1, key_tiles * tile * size);
    auto *rows = scratch(2, tile * size), *scores = scratch(3, tile * tile);
    auto *sums = scratch(4, tile), *largest = scratch(5, tile), *state = scratch(6, tile * size);
    for (ptrdiff_t j = 0; j < key_tiles; ++j) {
        auto count = std::min(tile, keys - j * tile), at = r.key_start + j * tile;
        take(t.key_row(t.key, at, item.key_head), t.key_heads * size, count, tile, size, 1, rows);
        transpose(rows, tile, size, size, transposed + j * tile * size, tile);
        take(t.key_row(t.value, at, item.key_head), t.key_heads * size, count, tile, size, 1,
             values + j * tile * size);
    }
    for (ptrdiff_t head = item.key_head * t.group; head < (item.key_head + 1) * t.group; ++head)
        for (ptrdiff_t first = item.first; first < item.first + item.count; first += tile) {
            auto count = std::min(tile, item.first + item.count - first), height = padded(count);
            auto row = r.query_start + first;
            take(t.query_row(row, head), t.heads * size, count, height, size, t.scale, rows);
            for (ptrdiff_t i = 0; i < height; ++i) {
                bool merges = r.merges && i < count;
                largest[i] = merges ? lse[(row + i) * t.heads + head]
                                    : -std::numeric_limits<float>::infinity();
                sums[i] = merges ? 1 : 0;
            }
            if (r.merges)
                take(out + (row * t.heads + head) * size, t.heads * size, count, height, size, 1,
                     state);
            else
                std::fill_n(state, height * size, 0.0f);
            auto seen = r.causal ? std::min(first + count, keys) : keys;
            for (ptrdiff_t j = 0; j < tiles(seen); ++j) {
                auto present = std::min(tile, keys - j * tile), columns = padded(present);
                product(height, columns, size, false, rows, size, transposed + j * tile * size,
                        tile, scores, tile);
                bool cuts = r.causal && first < (j + 1) * tile;
                soften(scores, height, columns, present, cuts ? first - j * tile + 1 : present,
                       cuts ? 1 : 0, largest, sums, state, size);
                product(height, size, columns, true, scores, tile, values + j * tile * size, size,
                        state, size);
            }
            for (ptrdiff_t i = 0; i < count; ++i) {
                auto share = 1 / sums[i];
                float *to = out + ((row + i) * t.heads + head) * size;
                for (ptrdiff_t d = 0; d < size; ++d) to[d] = state[i * size + d] * share;
                lse[(row + i) * t.heads + head] = largest[i] + std::log(sums[i]);
            }
        }
}

/// The gradients of one item: its queries' are added where they belong, its keys' and values' are
/// left in `key_part` and `value_part`, [key tiles · tile, size], for whoever adds them up.
template <typename E>
void backward(const Item &item, const Tensors<E> &t, const E *grad, const E *out, const float *lse,
              float *grad_query, float *key_part, float *value_part) {
    auto &r = *item.rectangle;
    auto size = t.size, keys = item.keys(), key_tiles = tiles(keys);
    bool wants_scores = grad_query != nullptr || key_part != nullptr;
    auto *key_rows = scratch(0, key_tiles * tile * size),
         *value_rows = scratch(1, key_tiles * tile * size);
    auto *rows = scratch(2, tile * size), *scores = scratch(3, tile * tile);
    auto *row_lse = scratch(4, tile), *deltas = scratch(5, tile), *change = scratch(6, tile * size);
    auto *rows_t = scratch(7, tile * size), *change_t = scratch(8, tile * size);
    auto *slopes = scratch(9, tile * tile), *slopes_t = scratch(10, tile * tile);
    auto *query_change = scratch(11, tile * size);
    for (ptrdiff_t j = 0; j < key_tiles; ++j) {
        auto count = std::min(tile, keys - j * tile), at = r.key_start + j * tile;
        take(t.key_row(t.key, at, item.key_head), t.key_heads * size, count, tile, size, 1,
             key_rows + j * tile * size);
        take(t.key_row(t.value, at, item.key_head), t.key_heads * size, count, tile, size, 1,
             value_rows + j * tile * size);
    }
    auto total = key_tiles * tile * size;
    if (key_part != nullptr) std::fill_n(key_part, total, 0.0f);
    if (value_part != nullptr) std::fill_n(value_part, total, 0.0f);
    for (ptrdiff_t head = item.key_head * t.group; head < (item.key_head + 1) * t.group; ++head)
        for (ptrdiff_t first = item.first; first < item.first + item.count; first += tile) {
            auto count = std::min(tile, item.first + item.count - first), height = padded(count);
            auto row = r.query_start + first;
            auto at = (row * t.heads + head) * size;
            take(t.query + at, t.heads * size, count, height, size, 1, rows);
            take(grad + at, t.heads * size, count, height, size, 1, change);
            transpose(rows, height, size, size, rows_t, tile);
            if (wants_scores) transpose(change, height, size, size, change_t, tile);
            for (ptrdiff_t i = 0; i < height; ++i) {
                // A row that is not there has no weights at all: e^-∞.
                row_lse[i] = i < count ? lse[(row + i) * t.heads + head]
                                       : std::numeric_limits<float>::infinity();
                float sum = 0;
                if (i < count)
                    for (ptrdiff_t d = 0; d < size; ++d)
                        sum += change[i * size + d] * widened(out[at + i * t.heads * size + d]);
                deltas[i] = sum;
            }
            if (grad_query != nullptr) std::fill_n(query_change, height * size, 0.0f);
            auto seen = r.causal ? std::min(first + count, keys) : keys;
            for (ptrdiff_t j = 0; j < tiles(seen); ++j) {
                auto present = std::min(tile, keys - j * tile), depth = padded(present);
                auto *k = key_rows + j * tile * size, *v = value_rows + j * tile * size;
                product(depth, height, size, false, k, size, rows_t, tile, scores, tile);
                if (wants_scores)
                    product(depth, height, size, false, v, size, change_t, tile, slopes, tile);
                bool cuts = r.causal && first < (j + 1) * tile;
                differentiate(scores, wants_scores ? slopes : nullptr, depth, present, height,
                              cuts ? j * tile - first : 0, cuts ? 1 : 0, t.scale, row_lse, deltas);
                if (value_part != nullptr)
                    product(depth, size, height, true, scores, tile, change, size,
                            value_part + j * tile * size, size);
                if (key_part != nullptr)
                    product(depth, size, height, true, slopes, tile, rows, size,
                            key_part + j * tile * size, size);
                if (grad_query != nullptr) {
                    transpose(slopes, depth, height, tile, slopes_t, tile);
                    product(height, size, depth, true, slopes_t, tile, k, size, query_change, size);
                }
            }
            if (grad_query == nullptr) continue;
            for (ptrdiff_t i = 0; i < count; ++i)
                for (ptrdiff_t d = 0; d < size; ++d)
                    grad_query[at + i * t.heads * size + d] += query_change[i * size + d];
        }
}

template <typename Body> void with_tile_type(const Tensor &x, Body &&body) {
    if (x.scalar_type() == at::kFloat)
        body(static_cast<float *>(nullptr));
    else
        body(static_cast<BFloat *>(nullptr));
}

float *floats(const Tensor &x) { return x.defined() ? elements<float>(x) : nullptr; }

} // namespace

bool ct::has_attention_tiles(const Tensor &query) {
    return query.is_cpu() &&
           (query.scalar_type() == at::kFloat || query.scalar_type() == at::kBFloat16);
}

void ct::attention_tiles(const AttentionWaves &waves, const Tensor &query, const Tensor &key,
                         const Tensor &value, double scale, const Tensor &out, const Tensor &lse) {
    with_tile_type(query, [&](auto *type) {
        Tensors<std::remove_pointer_t<decltype(type)>> t(query, key, value, scale);
        for (auto &wave : waves) {
            auto work = items(wave, t.key_heads);
            for_each_item(static_cast<ptrdiff_t>(work.size()), [&](ptrdiff_t i) {
                forward(work[i], t, floats(out), floats(lse));
            });
        }
    });
}

void ct::attention_tiles_backward(const AttentionWaves &waves, const Tensor &query,
                                  const Tensor &key, const Tensor &value, double scale,
                                  const Tensor &grad, const Tensor &out, const Tensor &lse,
                                  const Tensor &grad_query, const Tensor &grad_key,
                                  const Tensor &grad_value) {
    with_tile_type(query, [&](auto *type) {
        using E = std::remove_pointer_t<decltype(type)>;
        Tensors<E> t(query, key, value, scale);
        for (auto &wave : waves) {
            auto work = items(wave, t.key_heads);
            std::vector<std::vector<float>> key_parts(work.size()), value_parts(work.size());
            for_each_item(static_cast<ptrdiff_t>(work.size()), [&](ptrdiff_t i) {
                auto count = tiles(work[i].keys()) * tile * t.size;
                auto part = [&](std::vector<float> &store, const Tensor &wanted) -> float * {
                    if (!wanted.defined()) return nullptr;
                    store.resize(count);
                    return store.data();
                };
                auto *k = part(key_parts[i], grad_key), *v = part(value_parts[i], grad_value);
                backward(work[i], t, elements<E>(grad), elements<E>(out), floats(lse),
                         floats(grad_query), k, v);
            });
            // In the order of the items, whatever thread did which: the sums are always the same.
            for_each_item(t.key_heads, [&](ptrdiff_t head) {
                for (size_t i = 0; i < work.size(); ++i) {
                    if (work[i].key_head != head) continue;
                    auto add = [&](const std::vector<float> &part, const Tensor &to) {
                        if (!to.defined()) return;
                        for (ptrdiff_t row = 0; row < work[i].keys(); ++row) {
                            auto *sum = floats(to) + ((work[i].rectangle->key_start + row) *
                                                          t.key_heads + head) * t.size;
                            for (ptrdiff_t d = 0; d < t.size; ++d) sum[d] += part[row * t.size + d];
                        }
                    };
                    add(key_parts[i], grad_key);
                    add(value_parts[i], grad_value);
                }
            });
        }
    });
}
