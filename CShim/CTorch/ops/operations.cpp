// The C functions of ct_operations.h, each one call of libtorch, and ct_gemm.
#include "support/guard.h"
#include "gemm/gemm_dispatch.h"

using namespace ct;

ct_status ct_add(ct_tensor a, ct_tensor b, ct_tensor *out) {
    return guarded([&] { give(out, at::add(borrow(a), borrow(b))); });
}
ct_status ct_subtract(ct_tensor a, ct_tensor b, ct_tensor *out) {
    return guarded([&] { give(out, at::sub(borrow(a), borrow(b))); });
}
ct_status ct_multiply(ct_tensor a, ct_tensor b, ct_tensor *out) {
    return guarded([&] { give(out, at::mul(borrow(a), borrow(b))); });
}
ct_status ct_divide(ct_tensor a, ct_tensor b, ct_tensor *out) {
    return guarded([&] { give(out, at::div(borrow(a), borrow(b))); });
}
ct_status ct_add_scalar(ct_tensor a, double b, ct_tensor *out) {
    return guarded([&] { give(out, at::add(borrow(a), b)); });
}
ct_status ct_multiply_scalar(ct_tensor a, double b, ct_tensor *out) {
    return guarded([&] { give(out, at::mul(borrow(a), b)); });
}

ct_status ct_exp(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::exp(borrow(x))); });
}
ct_status ct_log(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::log(borrow(x))); });
}
ct_status ct_sqrt(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::sqrt(borrow(x))); });
}
ct_status ct_cos(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::cos(borrow(x))); });
}
ct_status ct_sin(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::sin(borrow(x))); });
}
ct_status ct_silu(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::silu(borrow(x))); });
}

ct_status ct_matmul(ct_tensor a, ct_tensor b, ct_tensor *out) {
    return guarded([&] { give(out, at::matmul(borrow(a), borrow(b))); });
}
ct_status ct_linear(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor *out) {
    return guarded([&] {
        give(out, linear_row_invariant(borrow(input), borrow(weight), borrow_optional(bias)));
    });
}

ct_status ct_gemm(ct_gemm_backend backend, ct_tensor x, ct_tensor weight, ct_tensor bias,
                  bool transposed, ct_tensor *out) {
    return guarded([&] {
        auto &in = borrow(x), &w = borrow(weight);
        TORCH_CHECK(in.dim() == 2 && w.dim() == 2 && in.scalar_type() == at::kBFloat16 &&
                        same_kind(in, w) && in.is_cpu() && in.size(0) > 0 && w.size(1) > 1,
                    "a product needs bfloat16 matrices on the CPU; found ", in.sizes(), " and ",
                    w.sizes());
        at::NoGradGuard no_grad;
        give(out, gemm(backend, in, w, transposed, borrow_optional(bias)));
    });
}

ct_gemm_backend ct_gemm_default_backend(void) { return default_gemm_backend(); }
ct_gemm_backend ct_exchange_gemm_backend(ct_gemm_backend backend) {
    return exchange_gemm_backend(backend);
}
const char *ct_gemm_unavailable_reason(ct_gemm_backend backend) {
    return unavailable_reason(backend);
}

ct_status ct_qr_triangle(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, std::get<1>(at::linalg_qr(borrow(x), "r"))); });
}
ct_status ct_singular_values(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::linalg_svdvals(borrow(x))); });
}

ct_status ct_sum(ct_tensor x, ct_tensor *out) {
    return guarded([&] { give(out, at::sum(borrow(x))); });
}
ct_status ct_sum_along(ct_tensor x, ptrdiff_t axis, bool keep, ct_tensor *out) {
    return guarded([&] { give(out, at::sum(borrow(x), {axis}, keep)); });
}
ct_status ct_log_softmax(ct_tensor x, ptrdiff_t axis, ct_tensor *out) {
    return guarded([&] {
        auto type = borrow(x).scalar_type();
        auto half = type == at::kBFloat16 || type == at::kHalf;
        give(out, at::log_softmax(borrow(x), axis, half ? at::kFloat : type));
    });
}
ct_status ct_argmax(ct_tensor x, ptrdiff_t axis, ct_tensor *out) {
    return guarded([&] { give(out, at::argmax(borrow(x), axis)); });
}
ct_status ct_topk(ct_tensor x, ptrdiff_t count, ct_tensor *out_values, ct_tensor *out_indices) {
    return guarded([&] {
        auto [values, indices] = at::topk(borrow(x), count, -1, /*largest=*/true, /*sorted=*/true);
        give(out_values, values);
        give(out_indices, indices);
    });
}

ct_status ct_reshape(ct_tensor x, const ptrdiff_t *shape, ptrdiff_t rank, ct_tensor *out) {
    return guarded([&] { give(out, at::reshape(borrow(x), sizes(shape, rank))); });
}
ct_status ct_transpose(ct_tensor x, ptrdiff_t a, ptrdiff_t b, ct_tensor *out) {
    return guarded([&] { give(out, at::transpose(borrow(x), a, b)); });
}
ct_status ct_narrow(ct_tensor x, ptrdiff_t axis, ptrdiff_t start, ptrdiff_t count, ct_tensor *out) {
    return guarded([&] { give(out, at::narrow(borrow(x), axis, start, count)); });
}
ct_status ct_concatenate(const ct_tensor *parts, ptrdiff_t count, ptrdiff_t axis, ct_tensor *out) {
    return guarded([&] {
        std::vector<at::Tensor> tensors;
        tensors.reserve(count);
        for (ptrdiff_t i = 0; i < count; ++i) tensors.push_back(borrow(parts[i]));
        give(out, at::cat(tensors, axis));
    });
}

ct_status ct_index_select(ct_tensor x, ptrdiff_t axis, ct_tensor indices, ct_tensor *out) {
    return guarded([&] { give(out, at::index_select(borrow(x), axis, borrow(indices))); });
}
ct_status ct_gather(ct_tensor x, ptrdiff_t axis, ct_tensor indices, ct_tensor *out) {
    return guarded([&] { give(out, at::gather(borrow(x), axis, borrow(indices))); });
}
ct_status ct_masked_fill(ct_tensor x, ct_tensor mask, double value, ct_tensor *out) {
    return guarded([&] { give(out, at::masked_fill(borrow(x), borrow(mask), value)); });
}

ct_status ct_is_finite(ct_tensor x, bool *out) {
    return guarded([&] { *out = at::isfinite(borrow(x)).all().item<bool>(); });
}
