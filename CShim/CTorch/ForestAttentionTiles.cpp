#include "ForestAttentionTiles.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "AttentionOperands.h"
#include "ForestAttentionRows.h"
#include "Parallel.h"
#include "RowProducts.h"
#include "Scratch.h"

using at::Tensor;
using namespace ct;

// A key head's keys and values are brought into the form of operands once for all query heads that
// read them; scores of one tile of queries and one of keys never leave the cache. Products are
// libtorch's small-matrix kernels, or our own of float16 operands (HalfKernels.h); sums are float32's
// in the end.

namespace {

/// Query rows that one piece of work takes, so that several threads can share a long rectangle.
constexpr ptrdiff_t rows_of_an_item = 512;

/// The largest of at least one number. Sixteen at a time: the compiler keeps the order of comparisons,
/// as one of a NaN depends on it.
CT_INLINE float largest_of(const float *line, ptrdiff_t count) {
    constexpr ptrdiff_t step = 16;
    float largest[step];
    std::fill_n(largest, step, line[0]);
    ptrdiff_t j = 0;
    for (; j + step <= count; j += step)
        for (ptrdiff_t i = 0; i < step; ++i)
            largest[i] = line[j + i] > largest[i] ? line[j + i] : largest[i];
    float most = largest[0];
    for (ptrdiff_t i = 1; i < step; ++i) most = largest[i] > most ? largest[i] : most;
    for (; j < count; ++j) most = line[j] > most ? line[j] : most;
    return most;
}

/// Scores of one tile become weights; the running largest, sum and output of each row follow. Row i
/// sees the first `visible + i · slope` of the tile's `present` keys; up to `columns`, the other
/// weights are zero.
template <typename E>
CT_INLINE void soften_rows(float *scores, E *weights, ptrdiff_t rows, ptrdiff_t columns,
                           ptrdiff_t present, ptrdiff_t visible, ptrdiff_t slope, float scale,
                           float *largest, float *sums, float *out, ptrdiff_t size) {
// A score times the scale is rounded as the largest was: a huge one would else miss itself.
#pragma clang fp reassociate(on) contract(off)
    for (ptrdiff_t row = 0; row < rows; ++row) {
        float *line = scores + row * tile;
        E *to = weights + row * tile;
        auto count = std::clamp<ptrdiff_t>(visible + row * slope, 0, present);
        if (count > 0) {
            float most = largest_of(line, count);
            most = std::max(most * scale, largest[row]);
            float shrink = exponential(largest[row] - most), sum = 0;
            for (ptrdiff_t j = 0; j < count; ++j) {
                float weight = exponential(line[j] * scale - most);
                to[j] = narrowed<E>(weight);
                sum += weight;
            }
            if (shrink != 1)
                for (ptrdiff_t i = 0; i < size; ++i) out[row * size + i] *= shrink;
            sums[row] = sums[row] * shrink + sum;
            largest[row] = most;
        }
        for (ptrdiff_t j = count; j < columns; ++j) to[j] = narrowed<E>(0.0f);
    }
}

/// Scores [keys, queries] of one tile become weights, and `slopes`, the gradient of the weights,
/// becomes `changes`, that of the scores times `gain` over the scores' scale. Key j is seen by the
/// queries from `first + j · slope` on, a key behind the `present` ones by none.
template <typename E>
CT_INLINE void differentiate_rows(const float *scores, const float *slopes, E *weights, E *changes,
                                  ptrdiff_t keys, ptrdiff_t present, ptrdiff_t queries,
                                  ptrdiff_t first, ptrdiff_t slope, float scale, float gain,
                                  const float *lse, const float *deltas) {
#pragma clang fp contract(off)
    for (ptrdiff_t j = 0; j < keys; ++j) {
        const float *line = scores + j * tile, *rise = slopes + j * tile;
        E *weight = weights + j * tile, *change = changes + j * tile;
        auto start = j < present ? std::clamp<ptrdiff_t>(first + j * slope, 0, queries) : queries;
        for (ptrdiff_t i = 0; i < start; ++i) weight[i] = change[i] = narrowed<E>(0.0f);
        for (ptrdiff_t i = start; i < queries; ++i) {
            float share = exponential(line[i] * scale - lse[i]);
            weight[i] = narrowed<E>(share);
            change[i] = narrowed<E>(share * (rise[i] - deltas[i]) * gain);
        }
    }
}

#define TILES(E)                                                                                   \
    CT_VECTORIZED void soften(float *scores, E *weights, ptrdiff_t rows, ptrdiff_t columns,        \
                              ptrdiff_t present, ptrdiff_t visible, ptrdiff_t slope, float scale,  \
                              float *largest, float *sums, float *out, ptrdiff_t size) {           \
        soften_rows<E>(scores, weights, rows, columns, present, visible, slope, scale, largest,    \
                       sums, out, size);                                                           \
    }                                                                                              \
    CT_VECTORIZED void differentiate(                                                              \
        const float *scores, const float *slopes, E *weights, E *changes, ptrdiff_t keys,          \
        ptrdiff_t present, ptrdiff_t queries, ptrdiff_t first, ptrdiff_t slope, float scale,       \
        float gain, const float *lse, const float *deltas) {                                       \
        differentiate_rows<E>(scores, slopes, weights, changes, keys, present, queries, first,     \
                              slope, scale, gain, lse, deltas);                                    \
    }                                                                                              \
    CT_VECTORIZED void pack(const E *from, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t from_row, \
                            E *to) {                                                               \
        pack_rows(from, depth, columns, from_row, to);                                             \
    }
TILES(BFloat)
TILES(float)
TILES(Half)

#define TURNS(E)                                                                                   \
    CT_VECTORIZED void pack_turned(const E *from, ptrdiff_t rows, ptrdiff_t width, E *to) {        \
        pack_transposed(from, rows, width, to);                                                    \
    }                                                                                              \
    CT_VECTORIZED void turn(const E *from, ptrdiff_t rows, ptrdiff_t width, E *to) {               \
        transpose_rows(from, rows, width, to);                                                     \
    }
TURNS(BFloat)
TURNS(float)
void pack_turned(const Half *from, ptrdiff_t rows, ptrdiff_t width, Half *to) {
    half::turn(from, rows, width, to);
}
void turn(const Half *from, ptrdiff_t rows, ptrdiff_t width, Half *to) {
    half::turn(from, rows, width, to);
}

/// What a thread's memory is for.
enum class Use {
    key_rows,
    value_rows,
    keys_turned,
    rows,
    change,
    rows_turned,
    change_turned,
    rows_packed,
    change_packed,
    weights,
    changes,
    changes_packed,
    scores,
    slopes,
    largest,
    sums,
    state,
    row_lse,
    deltas,
    query_change,
    of_keys,
    of_values
};

/// Ends what a thread's products have set up in the processor.
void release(float *) {}
void release(Half *) {}
void release(BFloat *) { at::native::cpublas::brgemm_release(); }

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

/// Tensors of elements S.
template <typename S> struct Tensors {
    const S *query, *key, *value;
    ptrdiff_t heads, key_heads, size, group;
    float scale;

    Tensors(const Tensor &q, const Tensor &k, const Tensor &v, double scale)
        : query(elements<S>(q)), key(elements<S>(k)), value(elements<S>(v)), heads(q.size(1)),
          key_heads(k.size(1)), size(q.size(2)), group(heads / key_heads),
          scale(static_cast<float>(scale)) {}

    /// A row of all heads, at one head.
    const S *query_row(ptrdiff_t row, ptrdiff_t head) const {
        return query + (row * heads + head) * size;
    }
    const S *key_row(const S *all, ptrdiff_t row, ptrdiff_t head) const {
        return all + (row * key_heads + head) * size;
    }
};

/// Computes with elements E.
template <typename E, typename S>
void forward(const Item &item, const Tensors<S> &t, float *out, float *lse) {
    auto &r = *item.rectangle;
    auto size = t.size, keys = item.keys(), key_tiles = tiles(keys);
    auto key_size = right_size(size, tile), value_size = right_size(tile, size);
    auto *turned = scratch<E, Use::keys_turned>(key_tiles * key_size);
    auto *values = scratch<E, Use::value_rows>(key_tiles * value_size);
    auto *rows = scratch<E, Use::rows>(tile * size),
         *weights = scratch<E, Use::weights>(tile * tile);
    auto *scores = scratch<float, Use::scores>(tile * tile),
         *sums = scratch<float, Use::sums>(tile);
    auto *largest = scratch<float, Use::largest>(tile),
         *state = scratch<float, Use::state>(tile * size);
    auto *of_keys = scratch<float, Use::of_keys>(key_tiles),
         *of_values = scratch<float, Use::of_values>(key_tiles);
    for (ptrdiff_t j = 0; j < key_tiles; ++j) {
        auto count = std::min(tile, keys - j * tile), at = r.key_start + j * tile;
        auto stride = t.key_heads * size;
        of_keys[j] = take_rows(t.key_row(t.key, at, item.key_head), stride, count, tile, size, rows);
        pack_turned(rows, tile, size, turned + j * key_size);
        of_values[j] =
            take_rows(t.key_row(t.value, at, item.key_head), stride, count, tile, size, rows);
        pack(rows, tile, size, size, values + j * value_size);
    }
    for (ptrdiff_t head = item.key_head * t.group; head < (item.key_head + 1) * t.group; ++head)
        for (ptrdiff_t first = item.first; first < item.first + item.count; first += tile) {
            auto count = std::min(tile, item.first + item.count - first), height = padded(count);
            auto row = r.query_start + first;
            auto of_rows =
                take_rows(t.query_row(row, head), t.heads * size, count, height, size, rows);
            for (ptrdiff_t i = 0; i < height; ++i) {
                bool merges = r.merges && i < count;
                largest[i] = merges ? lse[(row + i) * t.heads + head]
                                    : -std::numeric_limits<float>::infinity();
                sums[i] = merges ? 1 : 0;
            }
            if (r.merges)
                take_rows<float>(out + (row * t.heads + head) * size, t.heads * size, count, height,
                                 size, state);
            else
                std::fill_n(state, height * size, 0.0f);
            auto seen = r.causal ? std::min(first + count, keys) : keys;
            for (ptrdiff_t j = 0; j < tiles(seen); ++j) {
                auto present = std::min(tile, keys - j * tile), columns = padded(present);
                product(height, columns, size, false, of_rows * of_keys[j], rows, size,
                        turned + j * key_size, size, scores, tile);
                bool cuts = r.causal && first < (j + 1) * tile;
                soften(scores, weights, height, columns, present,
                       cuts ? first - j * tile + 1 : present, cuts ? 1 : 0, t.scale, largest, sums,
                       state, size);
                product(height, size, columns, true, of_values[j], weights, tile,
                        values + j * value_size, tile, state, size);
            }
            for (ptrdiff_t i = 0; i < count; ++i) {
                auto share = 1 / sums[i];
                float *to = out + ((row + i) * t.heads + head) * size;
                for (ptrdiff_t d = 0; d < size; ++d) to[d] = state[i * size + d] * share;
                lse[(row + i) * t.heads + head] = largest[i] + std::log(sums[i]);
            }
        }
    release(static_cast<E *>(nullptr));
}

/// The item's rows one by one.
template <typename S>
void forward_by_row(const Item &item, const Tensors<S> &t, float *out, float *lse) {
    auto &r = *item.rectangle;
    for (ptrdiff_t i = item.first; i < item.first + item.count; ++i) {
        auto row = r.query_start + i, head = item.key_head * t.group;
        AttentionRow<S> one{t.query_row(row, head),
                            t.key_row(t.key, r.key_start, item.key_head),
                            t.key_row(t.value, r.key_start, item.key_head),
                            t.group,
                            t.size,
                            r.causal ? std::min(i + 1, r.key_count) : r.key_count,
                            t.key_heads * t.size,
                            t.scale,
                            r.merges};
        attend_by_row(one, out + (row * t.heads + head) * t.size, lse + row * t.heads + head);
    }
}

/// The gradients of one item: its queries' are added where they belong, its keys' and values' are
/// added to `key_part` and `value_part`, [key tiles · tile, size], for whoever adds them up.
template <typename E, typename S>
void backward(const Item &item, const Tensors<S> &t, const S *grad, const S *out, const float *lse,
              float *grad_query, float *key_part, float *value_part) {
    auto &r = *item.rectangle;
    auto size = t.size, keys = item.keys(), key_tiles = tiles(keys);
    bool wants_scores = grad_query != nullptr || key_part != nullptr;
    // Keys and values as they stand, and the keys turned: all of them left operands.
    auto *key_rows = scratch<E, Use::key_rows>(key_tiles * tile * size),
         *value_rows = scratch<E, Use::value_rows>(key_tiles * tile * size),
         *keys_turned = scratch<E, Use::keys_turned>(key_tiles * tile * size);
    // A tile of queries and of the output's gradient: as it stands, and as right operands, turned
    // and not.
    auto *rows = scratch<E, Use::rows>(tile * size), *change = scratch<E, Use::change>(tile * size);
    auto *rows_turned = scratch<E, Use::rows_turned>(right_size(size, tile)),
         *change_turned = scratch<E, Use::change_turned>(right_size(size, tile));
    auto *rows_packed = scratch<E, Use::rows_packed>(right_size(tile, size)),
         *change_packed = scratch<E, Use::change_packed>(right_size(tile, size));
    auto *weights = scratch<E, Use::weights>(tile * tile),
         *changes = scratch<E, Use::changes>(tile * tile),
         *changes_packed = scratch<E, Use::changes_packed>(tile * tile);
    auto *scores = scratch<float, Use::scores>(tile * tile),
         *slopes = scratch<float, Use::slopes>(tile * tile);
    auto *row_lse = scratch<float, Use::row_lse>(tile),
         *deltas = scratch<float, Use::deltas>(tile);
    auto *query_change = scratch<float, Use::query_change>(tile * size);
    auto *of_keys = scratch<float, Use::of_keys>(key_tiles),
         *of_values = scratch<float, Use::of_values>(key_tiles);
    for (ptrdiff_t j = 0; j < key_tiles; ++j) {
        auto count = std::min(tile, keys - j * tile), at = r.key_start + j * tile;
        auto stride = t.key_heads * size, here = j * tile * size;
        of_keys[j] = take_rows(t.key_row(t.key, at, item.key_head), stride, count, tile, size,
                               key_rows + here);
        of_values[j] = take_rows(t.key_row(t.value, at, item.key_head), stride, count, tile, size,
                                 value_rows + here);
        if (grad_query != nullptr) turn(key_rows + here, tile, size, keys_turned + here);
    }
    if (!wants_scores) std::fill_n(slopes, tile * tile, 0.0f);
    for (ptrdiff_t head = item.key_head * t.group; head < (item.key_head + 1) * t.group; ++head)
        for (ptrdiff_t first = item.first; first < item.first + item.count; first += tile) {
            auto count = std::min(tile, item.first + item.count - first), height = padded(count);
            auto row = r.query_start + first;
            auto at = (row * t.heads + head) * size;
            auto of_rows = take_rows(t.query + at, t.heads * size, count, height, size, rows);
            auto of_change = take_rows(grad + at, t.heads * size, count, height, size, change);
            pack_turned(rows, height, size, rows_turned);
            if (wants_scores) pack_turned(change, height, size, change_turned);
            if (key_part != nullptr) pack(rows, height, size, size, rows_packed);
            if (value_part != nullptr) pack(change, height, size, size, change_packed);
            float largest_delta = 0;
            for (ptrdiff_t i = 0; i < height; ++i) {
                // A row that is not there has no weights at all: e^-∞.
                row_lse[i] = i < count ? lse[(row + i) * t.heads + head]
                                       : std::numeric_limits<float>::infinity();
                float sum = 0;
                if (i < count)
                    for (ptrdiff_t d = 0, here = at + i * t.heads * size; d < size; ++d)
                        sum += widened(grad[here + d]) * widened(out[here + d]);
                deltas[i] = sum;
                largest_delta = std::max(largest_delta, std::abs(sum));
            }
            if (grad_query != nullptr) std::fill_n(query_change, tile * size, 0.0f);
            auto seen = r.causal ? std::min(first + count, keys) : keys;
            for (ptrdiff_t j = 0; j < tiles(seen); ++j) {
                auto present = std::min(tile, keys - j * tile), depth = padded(present);
                auto here = j * tile * size;
                auto of_slopes = of_values[j] * of_change;
                product(depth, height, size, false, of_keys[j] * of_rows, key_rows + here, size,
                        rows_turned, size, scores, tile);
                if (wants_scores)
                    product(depth, height, size, false, of_slopes, value_rows + here, size,
                            change_turned, size, slopes, tile);
                auto room = room_for<E>((size * of_slopes + largest_delta) * t.scale);
                bool cuts = r.causal && first < (j + 1) * tile;
                differentiate(scores, slopes, weights, changes, depth, present, height,
                              cuts ? j * tile - first : 0, cuts ? 1 : 0, t.scale, t.scale * room,
                              row_lse, deltas);
                if (value_part != nullptr)
                    product(depth, size, height, true, of_change, weights, tile, change_packed,
                            height, value_part + here, size);
                if (key_part != nullptr)
                    product(depth, size, height, true, of_rows / room, changes, tile, rows_packed,
                            height, key_part + here, size);
                if (grad_query != nullptr) {
                    // Turned: [size, queries] = keysᵀ [size, keys] · changes [keys, queries].
                    pack(changes, depth, height, tile, changes_packed);
                    product(size, height, depth, true, of_keys[j] / room, keys_turned + here, tile,
                            changes_packed, depth, query_change, tile);
                }
            }
            if (grad_query == nullptr) continue;
            for (ptrdiff_t i = 0; i < count; ++i)
                for (ptrdiff_t d = 0; d < size; ++d)
                    grad_query[at + i * t.heads * size + d] += query_change[d * tile + i];
        }
    release(static_cast<E *>(nullptr));
}

float *floats(const Tensor &x) { return x.defined() ? elements<float>(x) : nullptr; }

/// Key rows of the items whose parts of the keys' gradient stand in memory at one time.
constexpr ptrdiff_t rows_of_a_slice = 1 << 16;

/// All gradients of some items of a wave.
template <typename E, typename S>
void backward_slice(const std::vector<Item> &work, const Tensors<S> &t, const S *grad, const S *out,
                    const float *lse, const Tensor &grad_query, const Tensor &grad_key,
                    const Tensor &grad_value) {
    std::vector<std::vector<float>> key_parts(work.size()), value_parts(work.size());
    for_each_item(static_cast<ptrdiff_t>(work.size()), [&](ptrdiff_t i) {
        // Filled with zeros here, added to there.
        auto part = [&](std::vector<float> &store, const Tensor &wanted) -> float * {
            if (!wanted.defined()) return nullptr;
            store.resize(tiles(work[i].keys()) * tile * t.size);
            return store.data();
        };
        auto *keys = part(key_parts[i], grad_key), *values = part(value_parts[i], grad_value);
        backward<E>(work[i], t, grad, out, lse, floats(grad_query), keys, values);
    });
    // In the order of the items, whatever thread did which: the sums are always the same.
    for_each_item(t.key_heads, [&](ptrdiff_t head) {
        for (size_t i = 0; i < work.size(); ++i) {
            if (work[i].key_head != head) continue;
            auto add = [&](const std::vector<float> &part, const Tensor &to) {
                if (!to.defined()) return;
                for (ptrdiff_t row = 0; row < work[i].keys(); ++row) {
                    auto key = work[i].rectangle->key_start + row;
                    auto *sum = floats(to) + (key * t.key_heads + head) * t.size;
                    for (ptrdiff_t d = 0; d < t.size; ++d) sum[d] += part[row * t.size + d];
                }
            };
            add(key_parts[i], grad_key);
            add(value_parts[i], grad_value);
        }
    });
}

/// Whether a bfloat16 product of whole numbers, which is exact, comes out right.
bool products_are_exact(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, bool adds) {
    std::vector<float> left(m * k), right(k * n);
    for (ptrdiff_t i = 0; i < m * k; ++i) left[i] = static_cast<float>(i * 7 % 11 - 5);
    for (ptrdiff_t i = 0; i < k * n; ++i) right[i] = static_cast<float>(i * 5 % 13 - 6);
    auto narrow = [](const std::vector<float> &from) {
        std::vector<BFloat> to(from.size());
        for (size_t i = 0; i < from.size(); ++i) to[i] = narrowed<BFloat>(from[i]);
        return to;
    };
    std::vector<BFloat> operand(right_size(k, n));
    std::vector<float> found(m * n, 1);
    try {
        pack(narrow(right).data(), k, n, n, operand.data());
        product(m, n, k, adds, 1, narrow(left).data(), k, operand.data(), k, found.data(), n);
        at::native::cpublas::brgemm_release();
    } catch (const std::exception &) {
        return false;
    }
    for (ptrdiff_t i = 0; i < m; ++i)
        for (ptrdiff_t j = 0; j < n; ++j) {
            float sum = adds ? 1 : 0;
            for (ptrdiff_t d = 0; d < k; ++d) sum += left[i * k + d] * right[d * n + j];
            if (found[i * n + j] != sum) return false;
        }
    return true;
}

/// Whether the processor's bfloat16 products take operands in the form that we give them, found out
/// once with small products of whole numbers, which are exact.
bool has_bfloat_products() {
    static bool answer = [] {
        return products_are_exact(32, 48, 64, true) && products_are_exact(48, 16, 80, false) &&
               products_are_exact(16, 64, 48, true) && products_are_exact(64, 64, 16, false);
    }();
    return answer;
}

/// Whether such tensors are computed with in float16, as products are on this processor.
bool takes_halves(const Tensor &x) {
    return way_of_products() == ct_product_float16 && half::has_small_products(x.size(2));
}

/// Calls `body` with null pointers of the types that tensors like `x` are computed in and lie in, and
/// a function that brings one into the second.
template <typename Body> void with_tile_type(const Tensor &x, Body &&body) {
    auto as_it_is = [](const Tensor &y) { return y; };
    auto *stored = static_cast<BFloat *>(nullptr);
    bool is_narrow = x.scalar_type() == at::kBFloat16 && x.size(2) % 2 == 0;
    if (is_narrow && takes_halves(x))
        body(static_cast<Half *>(nullptr), stored, as_it_is);
    else if (is_narrow && way_of_products() == ct_product_library && has_bfloat_products())
        body(stored, stored, as_it_is);
    else
        body(static_cast<float *>(nullptr), static_cast<float *>(nullptr),
             [](const Tensor &y) { return y.to(at::kFloat); });
}

} // namespace

bool ct::has_attention_tiles(const Tensor &query) {
    return query.is_cpu() &&
           (query.scalar_type() == at::kFloat || query.scalar_type() == at::kBFloat16);
}

void ct::attention_tiles(const AttentionWaves &waves, const Tensor &query, const Tensor &key,
                         const Tensor &value, double scale, const Tensor &out, const Tensor &lse) {
    with_tile_type(query, [&](auto *type, auto *stored, auto brought) {
        using E = std::remove_pointer_t<decltype(type)>;
        using S = std::remove_pointer_t<decltype(stored)>;
        auto q = brought(query), k = brought(key), v = brought(value);
        Tensors<S> t(q, k, v, scale);
        for (auto &wave : waves) {
            auto work = items(wave, t.key_heads);
            for_each_item(static_cast<ptrdiff_t>(work.size()), [&](ptrdiff_t i) {
                auto *compute = work[i].rectangle->row_wise ? forward_by_row<S> : forward<E, S>;
                compute(work[i], t, floats(out), floats(lse));
            });
        }
    });
}

void ct::attention_tiles_backward(const AttentionWaves &waves, const Tensor &query,
                                  const Tensor &key, const Tensor &value, double scale,
                                  const Tensor &grad, const Tensor &out, const Tensor &lse,
                                  const Tensor &grad_query, const Tensor &grad_key,
                                  const Tensor &grad_value) {
    with_tile_type(query, [&](auto *type, auto *stored, auto brought) {
        using E = std::remove_pointer_t<decltype(type)>;
        using S = std::remove_pointer_t<decltype(stored)>;
        auto q = brought(query), k = brought(key), v = brought(value);
        auto g = brought(grad), o = brought(out);
        Tensors<S> t(q, k, v, scale);
        for (auto &wave : waves) {
            auto work = items(wave, t.key_heads);
            for (size_t begin = 0, end; begin < work.size(); begin = end) {
                ptrdiff_t rows = 0;
                for (end = begin; end < work.size() && rows < rows_of_a_slice; ++end)
                    rows += tiles(work[end].keys()) * tile;
                backward_slice<E>(std::vector<Item>(work.begin() + begin, work.begin() + end), t,
                                  elements<S>(g), elements<S>(o), floats(lse), grad_query, grad_key,
                                  grad_value);
            }
        }
    });
}
