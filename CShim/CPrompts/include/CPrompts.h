#ifndef CPROMPTS_H
#define CPROMPTS_H

#include <stddef.h>
#include <stdint.h>

/// Prompts of linear regression by their sufficient statistics, and what linear attention does with
/// them: loss and gradient of a minibatch, sixteen prompts side by side.
///
///   A prompt    n examples (x_i, y_i) and a query x with label y, y = theta'x + noise. Linear
///               attention reads the examples only through S_xx = sum x_i x_i', s_xy = sum x_i y_i,
///               s_x = sum x_i and s_y = sum y_i; only these are kept.
///   Layout      Blocks of CP_LANES prompts; in a block a number of each prompt, then the next one:
///               x [d], y, and where n > 0: S_xx [d(d+1)/2: (0,0), (1,0), (1,1), (2,0) ...], s_xy
///               [d], s_x [d], s_y.
///   Same bits   The same seed gives the same numbers on every processor: no operation is fused,
///   and
///               the lanes are the same everywhere.

#ifdef __cplusplus
extern "C" {
#endif

/// Prompts in a block.
#define CP_LANES 16
/// The largest dimension of x.
#define CP_MAX_DIMENSION 32
/// The most heads of a model.
#define CP_MAX_HEADS 8

/// What prompts are drawn from.
typedef struct cp_source {
    /// d, of x.
    ptrdiff_t dimension;
    /// n, of examples before the query; 0: the query alone.
    ptrdiff_t context;
    /// [d, d] by rows, lower triangular: its product with its transpose is the covariance of x.
    const float *_Nonnull input_factor;
    /// [d], the task of every prompt; null: each prompt draws its own.
    const float *_Nullable task;
    /// [d, d] by rows: theta = task_factor z with z standard normal, where `task` is null.
    const float *_Nullable task_factor;
    /// Standard deviation of the labels' noise.
    float noise;
    /// What the numbers are drawn from.
    uint64_t seed;
} cp_source;

/// Floats that a prompt takes.
ptrdiff_t cp_prompt_size(ptrdiff_t dimension, ptrdiff_t context);

/// Draws `block_count` blocks into `out` [block_count, cp_prompt_size, CP_LANES].
///
/// The statistics are drawn from their own exact law: with n > d + 1, S_xx - s_x s_x'/n is Wishart
/// with n - 1 degrees of freedom by Bartlett's factor (its chi-squares by Marsaglia and Tsang's
/// rejection), independent of s_x, and the noise enters by as many normals as the Gram matrix of
/// (1, x) has rows. With fewer examples they are summed one by one.
void cp_sample(cp_source source, ptrdiff_t block_count, float *_Nonnull out);

/// The mean squared error of a model on the first `prompt_count` prompts, and its gradient.
///
/// A head is v21 [d], v, Q [d + 1, d + 1] by rows, (2)-(3) of arXiv 2602.23197: the prediction is
/// the sum over heads of 1/(n+1) sum_i (v21'x_i + v y_i) (x_i; 1)' Q (x; 1), the query with y = 0.
///
/// - heads      [head_count, d + 1 + (d+1)^2]
/// - out        the same shape, added to: `weight` times the gradient
/// - returns    the mean squared error
double cp_add_gradient(ptrdiff_t dimension, ptrdiff_t context, ptrdiff_t prompt_count,
                       const float *_Nonnull prompts, ptrdiff_t head_count,
                       const float *_Nonnull heads, double weight, double *_Nonnull out);

#ifdef __cplusplus
}
#endif
#endif
