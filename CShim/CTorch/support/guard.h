// What every C function needs: handles to tensors, types, and exceptions turned into a status.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <exception>
#include <string>
#include <utility>

#include "CTorch.h"

namespace ct {

std::string &last_error();
void will_use_libtorch();
void count_handle(ptrdiff_t change);

/// Runs `body`. An exception becomes a status, and its message becomes `last_error`.
template <typename Body> ct_status guarded(Body &&body) noexcept {
    try {
        body();
        return CT_OK;
    } catch (const c10::OutOfMemoryError &error) {
        last_error() = error.what_without_backtrace();
        return CT_OUT_OF_MEMORY;
    } catch (const c10::Error &error) {
        last_error() = error.what_without_backtrace();
    } catch (const std::bad_alloc &) {
        last_error() = "out of memory";
        return CT_OUT_OF_MEMORY;
    } catch (const std::exception &error) {
        last_error() = error.what();
    } catch (...) {
        last_error() = "an exception of an unknown kind";
    }
    return CT_FAILED;
}

inline at::Tensor &borrow(ct_tensor handle) { return *static_cast<at::Tensor *>(handle.impl); }
inline at::Generator &borrow(ct_generator handle) {
    return *static_cast<at::Generator *>(handle.impl);
}
inline std::optional<at::Tensor> borrow_optional(ct_tensor handle) {
    if (handle.impl == nullptr) return std::nullopt;
    return borrow(handle);
}

inline void give(ct_tensor *out, at::Tensor tensor) {
    out->impl = new at::Tensor(std::move(tensor));
    count_handle(1);
}

inline at::ScalarType scalar_type(ct_dtype dtype) {
    switch (dtype) {
    case CT_BOOL: return at::kBool;
    case CT_UINT8: return at::kByte;
    case CT_INT8: return at::kChar;
    case CT_INT16: return at::kShort;
    case CT_INT32: return at::kInt;
    case CT_INT64: return at::kLong;
    case CT_FLOAT16: return at::kHalf;
    case CT_BFLOAT16: return at::kBFloat16;
    case CT_FLOAT32: return at::kFloat;
    case CT_FLOAT64: return at::kDouble;
    }
}

inline at::Device device(ct_device device) {
    if (device.cuda_index < 0) return at::Device(at::kCPU);
    return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device.cuda_index));
}

/// A tensor of the host on a device. Small ones go to a CUDA device from pinned memory: the host
/// does not wait for the device.
inline at::Tensor uploaded(const at::Tensor &host, at::Device to) {
    constexpr size_t large = 1 << 20; // a pinned copy of a weight would cost more than the wait
    if (!to.is_cuda() || !host.is_cpu() || host.nbytes() > large) return host.to(to);
    auto pinned = at::empty(host.sizes(), host.options().pinned_memory(true)).copy_(host);
    return pinned.to(to, /*non_blocking=*/true);
}

/// Whether both have one element type and live on one device.
inline bool same_kind(const at::Tensor &a, const at::Tensor &b) {
    return a.scalar_type() == b.scalar_type() && a.device() == b.device();
}

/// The type that sums over a tensor are made in.
inline at::ScalarType wide_type(const at::Tensor &x) {
    return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

inline at::IntArrayRef sizes(const ptrdiff_t *shape, ptrdiff_t rank) {
    static_assert(sizeof(ptrdiff_t) == sizeof(int64_t));
    return {reinterpret_cast<const int64_t *>(shape), static_cast<size_t>(rank)};
}

} // namespace ct
