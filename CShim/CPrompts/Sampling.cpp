#include "Lanes.h"

namespace {

/// A stream of normals that wastes none of a pair.
struct Normals {
    Random random;
    Lanes spare;
    bool has_spare;
};

CP_INLINE void next(Normals &source, Lanes &out) {
    if (source.has_spare) {
        out = source.spare;
    } else {
        normals(source.random, out, source.spare);
    }
    source.has_spare = !source.has_spare;
}

/// The square root of a chi-square with `freedom` >= 2 degrees of freedom: a Gamma by Marsaglia and
/// Tsang (2000), each lane with its own rejections. Their squeeze mostly spares the logarithms.
CP_INLINE void chi(Normals &source, float freedom, Lanes &out) {
    const float d = 0.5f * freedom - 1.0f / 3.0f;
    const float c = 1.0f / __builtin_sqrtf(9.0f * d);
    Lanes gamma = {};
    IntLanes open = IntLanes{} == 0;
    do {
        Lanes z, u;
        next(source, z);
        uniform(source.random, u);
        const Lanes root = 1.0f + c * z;
        const Lanes v = root * root * root;
        const Lanes z2 = z * z;
        const IntLanes is_positive = root > 0.0f;
        IntLanes accepted = is_positive & (u < 1.0f - 0.0331f * z2 * z2);
        if (any(open & ~accepted)) {
            Lanes log_u, log_v;
            logarithm(u, log_u);
            logarithm(is_positive ? v : Lanes{} + 1.0f, log_v);
            accepted |= is_positive & (log_u < 0.5f * z2 + d - d * v + d * log_v);
        }
        gamma = (open & accepted) ? v : gamma;
        open &= ~accepted;
    } while (any(open));
    gamma = (2.0f * d) * gamma;
    square_root(gamma, out);
}

/// out = factor z for fresh normals z; `factor` is lower triangular where `width(row)` says so.
CP_INLINE void draw_vector(Normals &source, const float *factor, int d, bool triangular,
                           Lanes *out) {
    Lanes z[CP_MAX_DIMENSION];
    for (int i = 0; i < d; ++i)
        next(source, z[i]);
    for (int i = 0; i < d; ++i) {
        Lanes sum = {};
        const int end = triangular ? i + 1 : d;
        for (int j = 0; j < end; ++j)
            sum += factor[i * d + j] * z[j];
        out[i] = sum;
    }
}

CP_INLINE void dot(const Lanes *a, const Lanes *b, int d, Lanes &out) {
    Lanes sum = {};
    for (int i = 0; i < d; ++i)
        sum += a[i] * b[i];
    out = sum;
}

/// Where the statistics of a block's examples go.
struct Statistics {
    Lanes gram[CP_MAX_DIMENSION * (CP_MAX_DIMENSION + 1) / 2];
    Lanes xy[CP_MAX_DIMENSION];
    Lanes sum_x[CP_MAX_DIMENSION];
    Lanes sum_y;
};

/// Example by example.
CP_INLINE void draw_examples(Normals &source, const cp_source &s, int d, const Lanes *task,
                             Statistics &out) {
    for (int i = 0; i < d * (d + 1) / 2; ++i)
        out.gram[i] = Lanes{};
    for (int i = 0; i < d; ++i)
        out.xy[i] = out.sum_x[i] = Lanes{};
    out.sum_y = Lanes{};
    Lanes x[CP_MAX_DIMENSION], y, noise;
    for (ptrdiff_t example = 0; example < s.context; ++example) {
        draw_vector(source, s.input_factor, d, true, x);
        next(source, noise);
        dot(task, x, d, y);
        y += s.noise * noise;
        for (int i = 0, k = 0; i < d; ++i) {
            for (int j = 0; j <= i; ++j, ++k)
                out.gram[k] += x[i] * x[j];
            out.xy[i] += x[i] * y;
            out.sum_x[i] += x[i];
        }
        out.sum_y += y;
    }
}

/// All at once: with X = (1, x) = (orthonormal) R, R' has the rows (sqrt(n), 0) and (m, C), where
/// m = s_x / sqrt(n) and C C' is Wishart; the noise of X'y is R' times as many normals.
CP_INLINE void draw_statistics(Normals &source, const cp_source &s, int d, const Lanes *task,
                               Statistics &out) {
    Lanes mean[CP_MAX_DIMENSION], noise[CP_MAX_DIMENSION], first;
    draw_vector(source, s.input_factor, d, true, mean);
    Lanes factor[CP_MAX_DIMENSION][CP_MAX_DIMENSION];
    for (int i = 0; i < d; ++i) {
        for (int j = 0; j < i; ++j)
            next(source, factor[i][j]);
        chi(source, (float)(s.context - 1 - i), factor[i][i]);
    }
    // C = input_factor times Bartlett's factor, row by row from the last, in place.
    for (int i = d - 1; i >= 0; --i)
        for (int j = 0; j <= i; ++j) {
            Lanes sum = {};
            for (int k = j; k <= i; ++k)
                sum += s.input_factor[i * d + k] * factor[k][j];
            factor[i][j] = sum;
        }
    next(source, first);
    for (int i = 0; i < d; ++i)
        next(source, noise[i]);
    const float root = __builtin_sqrtf((float)s.context);
    for (int i = 0, k = 0; i < d; ++i) {
        Lanes cross = mean[i] * first;
        for (int j = 0; j <= i; ++j, ++k) {
            Lanes sum = mean[i] * mean[j];
            for (int l = 0; l <= j; ++l)
                sum += factor[i][l] * factor[j][l];
            out.gram[k] = sum;
            cross += factor[i][j] * noise[j];
        }
        out.xy[i] = s.noise * cross;
        out.sum_x[i] = root * mean[i];
    }
    for (int i = 0, k = 0; i < d; ++i)
        for (int j = 0; j <= i; ++j, ++k) {
            out.xy[i] += out.gram[k] * task[j];
            if (j < i)
                out.xy[j] += out.gram[k] * task[i];
        }
    dot(task, out.sum_x, d, out.sum_y);
    out.sum_y += (s.noise * root) * first;
}

CP_INLINE void sample(const cp_source &s, int d, ptrdiff_t block_count, float *out) {
    Normals source;
    source.has_spare = false;
    seed(source.random, s.seed);
    Lanes x[CP_MAX_DIMENSION], task[CP_MAX_DIMENSION], y, noise;
    Statistics statistics;
    for (ptrdiff_t block = 0; block < block_count; ++block) {
        draw_vector(source, s.input_factor, d, true, x);
        if (s.task) {
            for (int i = 0; i < d; ++i)
                task[i] = Lanes{} + s.task[i];
        } else {
            draw_vector(source, s.task_factor, d, false, task);
        }
        next(source, noise);
        dot(task, x, d, y);
        y += s.noise * noise;
        for (int i = 0; i < d; ++i, out += CP_LANES)
            store(x[i], out);
        store(y, out);
        out += CP_LANES;
        if (s.context == 0)
            continue;
        if (s.context > d + 1) {
            draw_statistics(source, s, d, task, statistics);
        } else {
            draw_examples(source, s, d, task, statistics);
        }
        for (int i = 0; i < d * (d + 1) / 2; ++i, out += CP_LANES)
            store(statistics.gram[i], out);
        for (int i = 0; i < d; ++i, out += CP_LANES)
            store(statistics.xy[i], out);
        for (int i = 0; i < d; ++i, out += CP_LANES)
            store(statistics.sum_x[i], out);
        store(statistics.sum_y, out);
        out += CP_LANES;
    }
}

} // namespace

// The paper's dimension gets a body of its own, whose loops the compiler can unroll.
CP_CLONES static void sample_in_five(const cp_source *s, ptrdiff_t block_count, float *out) {
    sample(*s, 5, block_count, out);
}

CP_CLONES static void sample_in_any(const cp_source *s, ptrdiff_t block_count, float *out) {
    sample(*s, (int)s->dimension, block_count, out);
}

ptrdiff_t cp_prompt_size(ptrdiff_t dimension, ptrdiff_t context) {
    const ptrdiff_t d = dimension;
    return context == 0 ? d + 1 : d + 1 + d * (d + 1) / 2 + d + d + 1;
}

void cp_sample(cp_source source, ptrdiff_t block_count, float *out) {
    if (source.dimension == 5) {
        sample_in_five(&source, block_count, out);
    } else {
        sample_in_any(&source, block_count, out);
    }
}
