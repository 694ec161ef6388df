#include "ForestAttentionRows.h"

#include <algorithm>
#include <limits>
#include <vector>

using namespace ct;

// A tile of one row would be padded to sixteen, and its keys packed for one use. Here keys and values
// are read once, where they stand, for all heads that share them; sums are in float32.

namespace {

/// Keys whose scores stand in memory at one time.
constexpr ptrdiff_t keys_of_a_run = 64;

struct Scratch {
    std::vector<float> query, element, scores, sums, largest;
};

template <typename E>
CT_INLINE void attend_row(const AttentionRow<E> &row, Scratch &s, float *out, float *lse) {
#pragma clang fp reassociate(on)
    auto group = row.group, size = row.size;
    float *query = s.query.data(), *element = s.element.data(), *scores = s.scores.data();
    float *sums = s.sums.data(), *largest = s.largest.data();
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

CT_VECTORIZED void attend(const AttentionRow<BFloat> &row, Scratch &s, float *out, float *lse) {
    attend_row(row, s, out, lse);
}
CT_VECTORIZED void attend(const AttentionRow<float> &row, Scratch &s, float *out, float *lse) {
    attend_row(row, s, out, lse);
}

Scratch &scratch(ptrdiff_t group, ptrdiff_t size) {
    thread_local Scratch s;
    auto grow = [](std::vector<float> &buffer, ptrdiff_t count) {
        if (static_cast<ptrdiff_t>(buffer.size()) < count) buffer.resize(count);
    };
    grow(s.query, group * size);
    grow(s.element, size);
    grow(s.scores, group * keys_of_a_run);
    grow(s.sums, group);
    grow(s.largest, group);
    return s;
}

} // namespace

void ct::attend_by_row(const AttentionRow<BFloat> &row, float *out, float *lse) {
    attend(row, scratch(row.group, row.size), out, lse);
}
void ct::attend_by_row(const AttentionRow<float> &row, float *out, float *lse) {
    attend(row, scratch(row.group, row.size), out, lse);
}
