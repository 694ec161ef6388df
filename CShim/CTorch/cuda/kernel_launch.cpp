// The driver API is found by name in libcuda.so.1, which libtorch has loaded: one binary serves
// machines with and without CUDA.
#include "cuda/kernel_launch.h"

#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include "support/guard.h"

using namespace ct;

namespace {

/// The functions of cuda.h that are used; contexts, modules, functions and streams are pointers, 0
/// is success.
struct Driver {
    int (*device)(int *, int);
    int (*retain)(void **, int);
    int (*push)(void *);
    int (*pop)(void **);
    int (*load)(void **, const void *);
    int (*function)(void **, void *, const char *);
    int (*launch)(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                  void *, void **, void **);
    int (*error_string)(int, const char **);
    std::string unavailable_reason;

    Driver() {
        auto find = [&](auto &function, const char *name) {
            function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(
                dlsym(RTLD_DEFAULT, name));
            if (function == nullptr)
                unavailable_reason = std::string("libcuda.so.1 has no ") + name;
        };
        find(device, "cuDeviceGet");
        find(retain, "cuDevicePrimaryCtxRetain");
        find(push, "cuCtxPushCurrent_v2");
        find(pop, "cuCtxPopCurrent_v2");
        find(load, "cuModuleLoadData");
        find(function, "cuModuleGetFunction");
        find(launch, "cuLaunchKernel");
        find(error_string, "cuGetErrorString");
    }

    void check(int result, const char *what) const {
        if (result == 0) return;
        const char *reason = nullptr;
        error_string(result, &reason);
        TORCH_CHECK(false, "our CUDA kernels: ", what, " says ",
                    reason != nullptr ? reason : "nothing", " (", result, ")");
    }
};

const Driver &driver() {
    static const Driver found;
    return found;
}

/// Makes a context current for a while: a thread that has only queued work may have none.
struct CurrentContext {
    explicit CurrentContext(void *context) {
        driver().check(driver().push(context), "cuCtxPushCurrent");
    }
    ~CurrentContext() {
        void *popped;
        driver().pop(&popped);
    }
    CurrentContext(const CurrentContext &) = delete;
};

/// The kernels on one device, in its primary context, where libtorch works.
struct LoadedKernels {
    void *context = nullptr, *module = nullptr;
    std::array<std::array<void *, kernel_type_count>, kernel_count> functions{};
    std::string unavailable_reason;

    explicit LoadedKernels(int index) noexcept {
        try {
            load(index);
        } catch (const c10::Error &error) {
            unavailable_reason = error.what_without_backtrace();
        } catch (const std::exception &error) {
            unavailable_reason = error.what();
        }
    }

    void load(int index) {
        TORCH_CHECK(driver().unavailable_reason.empty(), driver().unavailable_reason);
        auto capability = ct_cuda_capability(index);
        TORCH_CHECK(capability >= 80,
                    "our CUDA kernels need compute capability 8.0; the device has ",
                    capability / 10, ".", capability % 10);
        auto cubin = cached_kernels(capability, /*recompile=*/false);
        int device = 0;
        driver().check(driver().device(&device, index), "cuDeviceGet");
        driver().check(driver().retain(&context, device), "cuDevicePrimaryCtxRetain");
        CurrentContext current(context);
        if (driver().load(&module, cubin.data()) != 0) { // a damaged file in the cache
            cubin = cached_kernels(capability, /*recompile=*/true);
            driver().check(driver().load(&module, cubin.data()), "cuModuleLoadData");
        }
        for (size_t kernel = 0; kernel < kernel_count; ++kernel)
            for (size_t type = 0; type < kernel_type_count; ++type) {
                auto name = std::string(kernel_names[kernel]) + "_" + kernel_types[type];
                driver().check(driver().function(&functions[kernel][type], module, name.c_str()),
                               name.c_str());
            }
    }
};

const LoadedKernels &loaded(int index) {
    static std::mutex lock;
    static std::vector<std::unique_ptr<LoadedKernels>> devices;
    std::lock_guard<std::mutex> guard(lock);
    if (devices.size() <= static_cast<size_t>(index)) devices.resize(index + 1);
    if (!devices[index]) devices[index] = std::make_unique<LoadedKernels>(index);
    return *devices[index];
}

int type_index(at::ScalarType type) {
    return type == at::kBFloat16 ? 0 : type == at::kFloat ? 1 : type == at::kDouble ? 2 : -1;
}

} // namespace

const std::string &ct::kernels_unavailable_reason(int device) {
    return loaded(device).unavailable_reason;
}

bool ct::has_kernels(const at::Tensor &x) {
    return x.is_cuda() && type_index(x.scalar_type()) >= 0 &&
           kernels_unavailable_reason(x.get_device()).empty();
}

void ct::launch(Kernel kernel, const at::Tensor &like, Grid grid, int64_t threads,
                std::initializer_list<Argument> arguments) {
    if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
    auto &device = loaded(like.get_device());
    auto *function = device.functions[static_cast<size_t>(kernel)][type_index(like.scalar_type())];
    c10::DeviceGuard guard(like.device());
    auto *stream = c10::impl::VirtualGuardImpl(at::kCUDA).getStream(like.device()).native_handle();
    std::array<void *, 16> pointers{};
    TORCH_CHECK(arguments.size() <= pointers.size(), "a kernel has too many arguments");
    std::transform(arguments.begin(), arguments.end(), pointers.begin(),
                   [](const Argument &argument) {
                       return const_cast<void *>(static_cast<const void *>(&argument));
                   });
    CurrentContext current(device.context);
    auto size = [](int64_t count) { return static_cast<unsigned>(count); };
    driver().check(driver().launch(function, size(grid.x), size(grid.y), size(grid.z),
                                   size(threads), 1, 1, 0, stream, pointers.data(), nullptr),
                   kernel_names[static_cast<size_t>(kernel)]);
}

int64_t ct::threads_per_row(const at::Tensor &x, int64_t width) {
    auto loads = ceil_div(width * x.element_size(), 16);
    return std::clamp<int64_t>(ceil_div(loads, 32) * 32, 32, 256);
}

const char *ct_cuda_kernels_unavailable_reason(int32_t index) {
    if (index < 0 || index >= ct_cuda_device_count()) return ct_cuda_unavailable_reason();
    return kernels_unavailable_reason(index).c_str();
}
const char *ct_cuda_compiler_unavailable_reason(void) {
    return compiler_unavailable_reason().c_str();
}
ct_status ct_cuda_kernels_compile(int32_t capability, ptrdiff_t *out_bytes) {
    return guarded(
        [&] { *out_bytes = static_cast<ptrdiff_t>(compiled_kernels(capability).size()); });
}
ct_status ct_cuda_kernels_cached(int32_t capability, const char *folder, ptrdiff_t *out_bytes) {
    return guarded([&] {
        auto cubin = cached_kernels(capability, /*recompile=*/false, KernelCache(folder));
        *out_bytes = static_cast<ptrdiff_t>(cubin.size());
    });
}
