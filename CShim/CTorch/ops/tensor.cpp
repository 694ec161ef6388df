// The C functions of ct_tensor.h, and the handles that are alive.
#include "support/guard.h"

#include <atomic>
#include <cstring>

using namespace ct;

namespace {
std::atomic<ptrdiff_t> live_handles{0};
}

std::string &ct::last_error() {
    thread_local std::string message;
    return message;
}
const char *ct_last_error(void) { return last_error().c_str(); }

void ct::count_handle(ptrdiff_t change) { live_handles += change; }
ptrdiff_t ct_tensor_live_count(void) { return live_handles; }

ct_status ct_tensor_from_bytes(const void *bytes, ct_dtype dtype, const ptrdiff_t *shape,
                               ptrdiff_t rank, ct_tensor *out) {
    return guarded([&] {
        will_use_libtorch();
        auto tensor = at::empty(sizes(shape, rank), at::dtype(scalar_type(dtype)));
        std::memcpy(tensor.mutable_data_ptr(), bytes, tensor.nbytes());
        give(out, tensor);
    });
}

ct_status ct_tensor_over_memory(void *bytes, ct_dtype dtype, const ptrdiff_t *shape, ptrdiff_t rank,
                                void (*release)(void *), void *context, ct_tensor *out) {
    bool handed_over = false;
    auto status = guarded([&] {
        will_use_libtorch();
        auto shared = std::shared_ptr<void>(context, release);
        handed_over = true;
        give(out,
             at::from_blob(
                 bytes, sizes(shape, rank), [shared](void *) {}, at::dtype(scalar_type(dtype))));
    });
    if (!handed_over) release(context);
    return status;
}

ct_status ct_tensor_unset(ct_dtype dtype, const ptrdiff_t *shape, ptrdiff_t rank, ct_device where,
                          ct_tensor *out) {
    return guarded([&] {
        will_use_libtorch();
        give(out,
             at::empty(sizes(shape, rank), at::dtype(scalar_type(dtype)).device(device(where))));
    });
}

ct_status ct_tensor_full(double value, ct_dtype dtype, const ptrdiff_t *shape, ptrdiff_t rank,
                         ct_device where, ct_tensor *out) {
    return guarded([&] {
        will_use_libtorch();
        auto options = at::dtype(scalar_type(dtype)).device(device(where));
        give(out, value == 0 ? at::zeros(sizes(shape, rank), options)
                             : at::full(sizes(shape, rank), value, options));
    });
}

ct_status ct_tensor_range(ptrdiff_t count, ct_dtype dtype, ct_device where, ct_tensor *out) {
    return guarded([&] {
        will_use_libtorch();
        give(out, at::arange(count, at::dtype(scalar_type(dtype)).device(device(where))));
    });
}

void ct_tensor_free(ct_tensor tensor) {
    if (tensor.impl == nullptr) return;
    delete &borrow(tensor);
    count_handle(-1);
}

ptrdiff_t ct_tensor_rank(ct_tensor tensor) { return borrow(tensor).dim(); }

void ct_tensor_shape(ct_tensor tensor, ptrdiff_t *shape) {
    for (auto size : borrow(tensor).sizes()) *shape++ = size;
}

ct_dtype ct_tensor_dtype(ct_tensor tensor) {
    switch (borrow(tensor).scalar_type()) {
    case at::kBool: return CT_BOOL;
    case at::kByte: return CT_UINT8;
    case at::kChar: return CT_INT8;
    case at::kShort: return CT_INT16;
    case at::kInt: return CT_INT32;
    case at::kHalf: return CT_FLOAT16;
    case at::kBFloat16: return CT_BFLOAT16;
    case at::kFloat: return CT_FLOAT32;
    case at::kDouble: return CT_FLOAT64;
    default: return CT_INT64; // no operation here makes any other type
    }
}

ct_device ct_tensor_device(ct_tensor tensor) {
    auto where = borrow(tensor).device();
    return {where.is_cuda() ? static_cast<int32_t>(where.index()) : -1};
}

ct_status ct_tensor_read(ct_tensor tensor, void *bytes, ptrdiff_t capacity) {
    return guarded([&] {
        auto source = borrow(tensor).detach().to(at::kCPU).contiguous();
        TORCH_CHECK(static_cast<ptrdiff_t>(source.nbytes()) <= capacity, "the tensor has ",
                    source.nbytes(), " bytes, there is room for ", capacity);
        std::memcpy(bytes, source.data_ptr(), source.nbytes());
    });
}

ct_status ct_tensor_converted(ct_tensor tensor, ct_dtype dtype, ct_device where, ct_tensor *out) {
    return guarded([&] {
        auto &x = borrow(tensor);
        auto moved = x.requires_grad() ? x.to(device(where)) : uploaded(x, device(where));
        give(out, moved.to(scalar_type(dtype)));
    });
}

ct_status ct_tensor_copy(ct_tensor tensor, ct_tensor *out) {
    return guarded([&] { give(out, borrow(tensor).clone(at::MemoryFormat::Contiguous)); });
}

ct_status ct_tensor_fill(ct_tensor tensor, double value) {
    return guarded([&] { borrow(tensor).fill_(value); });
}

ct_status ct_tensor_assign(ct_tensor tensor, ct_tensor source) {
    return guarded([&] {
        TORCH_CHECK(borrow(tensor).sizes() == borrow(source).sizes(), "shape ",
                    borrow(source).sizes(), " does not fit shape ", borrow(tensor).sizes());
        borrow(tensor).copy_(borrow(source));
    });
}

ct_status ct_tensor_assign_rows(ct_tensor tensor, ct_tensor rows, ct_tensor source) {
    return guarded([&] { borrow(tensor).index_copy_(0, borrow(rows), borrow(source)); });
}

ct_status ct_tensor_scale(ct_tensor tensor, double factor) {
    return guarded([&] { borrow(tensor).mul_(factor); });
}
