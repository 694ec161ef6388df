#include "ForestAttentionRows.h"

#include <algorithm>
#include <limits>

#include "Scratch.h"

using namespace ct;

// A tile of one row would be padded to sixteen, and its keys packed for one use. Here keys and values
// are read once, where they stand, for all heads that share them; sums are in float32.

namespace {

/// Keys whose scores stand in memory at one time.
constexpr ptrdiff_t keys_of_a_run = 64;

/// What a thread's memory is for.
enum class Use { query, element, scores, sums, largest };

/// The thread's memory for one row.
struct RowMemory {
    float *query, *element, *scores, *sums, *largest;

    RowMemory(ptrdiff_t group, ptrdiff_t size)
        : query(scratch<float, Use::query>(group * size)), element(scratch<float, Use::element>(size)),
          scores(scratch<float, Use::scores>(group * keys_of_a_run)),
          sums(scratch<float, Use::sums>(group)), largest(scratch<float, Use::largest>(group)) {}
};

template <typename E>
CT_INLINE void attend_row(const AttentionRow<E> &row, const RowMemory &memory, float *out, float *lse) {
#pragma clang fp reassociate(on)
    auto group = row.group, size = row.size;
    float *query = memory.query, *element = memory.element, *scores = memory.scores;
    float *sums = memory.sums, *largest = memory.largest;
    for (ptrdiff_t i = 0; i < group * size; ++i) query[i] = widened(row.query[i]) * row.scale;
    for (ptrdiff_t g = 0; g < group; ++g) {
        largest[g] = row.merges ? lse[g] : -std::numeric_limits<float>::infinity();
        sums[g] = row.merges ? 1 : 0;
    }
    if (!row.merges) std::fill_n(out, group * size, 0.0f);
    for (ptrdiff_t first = 0; first < row.count; first += keys_of_a_run) {
        auto count = std::min(keys_of_a_run, row.count - first);
        for (ptrdiff_t j = 0; j < count; ++j) {
            const E *key = row.keys + (first + j) * row.stride;
            for (ptrdiff_t d = 0; d < size; ++d) element[d] = widened(key[d]);
            for (ptrdiff_t g = 0; g < group; ++g) {
                const float *q = query + g * size;
                float sum = 0;
                for (ptrdiff_t d = 0; d < size; ++d) sum += q[d] * element[d];
                scores[g * keys_of_a_run + j] = sum;
            }
        }
        for (ptrdiff_t g = 0; g < group; ++g) {
            float *line = scores + g * keys_of_a_run;
            float most = largest[g];
            for (ptrdiff_t j = 0; j < count; ++j) most = line[j] > most ? line[j] : most;
            float shrink = exponential(largest[g] - most), sum = 0;
            for (ptrdiff_t j = 0; j < count; ++j) {
                line[j] = exponential(line[j] - most);
                sum += line[j];
            }
            float *to = out + g * size;
            for (ptrdiff_t d = 0; d < size; ++d) to[d] *= shrink;
            sums[g] = sums[g] * shrink + sum;
            largest[g] = most;
        }
        for (ptrdiff_t j = 0; j < count; ++j) {
            const E *value = row.values + (first + j) * row.stride;
            for (ptrdiff_t d = 0; d < size; ++d) element[d] = widened(value[d]);
            for (ptrdiff_t g = 0; g < group; ++g) {
                float weight = scores[g * keys_of_a_run + j];
                float *to = out + g * size;
                for (ptrdiff_t d = 0; d < size; ++d) to[d] += weight * element[d];
            }
        }
    }
    for (ptrdiff_t g = 0; g < group; ++g) {
        float share = 1 / sums[g];
        float *to = out + g * size;
        for (ptrdiff_t d = 0; d < size; ++d) to[d] *= share;
        lse[g] = largest[g] + std::log(sums[g]);
    }
}

CT_VECTORIZED void attend(const AttentionRow<BFloat> &row, const RowMemory &memory, float *out,
                          float *lse) {
    attend_row(row, memory, out, lse);
}
CT_VECTORIZED void attend(const AttentionRow<float> &row, const RowMemory &memory, float *out,
                          float *lse) {
    attend_row(row, memory, out, lse);
}

} // namespace

void ct::attend_by_row(const AttentionRow<BFloat> &row, float *out, float *lse) {
    attend(row, RowMemory(row.group, row.size), out, lse);
}
void ct::attend_by_row(const AttentionRow<float> &row, float *out, float *lse) {
    attend(row, RowMemory(row.group, row.size), out, lse);
}
