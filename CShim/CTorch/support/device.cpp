// The C functions of ct_device.h: devices, threads, memory; and what happens before the first
// tensor.
#include "support/guard.h"

#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/headeronly/version.h>

#include <atomic>
#include <cstdlib>
#include <mutex>

using namespace ct;

namespace {

/// libtorch's CPU allocator, counted: 64-byte alignment, bytes held now and at most.
struct CountingAllocator final : c10::Allocator {
    std::atomic<ptrdiff_t> live{0}, peak{0};

    static CountingAllocator &shared() {
        static auto *allocator = new CountingAllocator; // outlives every tensor
        return *allocator;
    }
    c10::DataPtr allocate(size_t bytes) override {
        void *memory = nullptr;
        if (bytes > 0 && posix_memalign(&memory, 64, bytes) != 0)
            TORCH_CHECK_WITH(OutOfMemoryError, false, "the CPU has no ", bytes, " bytes left");
        if (memory != nullptr) {
            auto now = live += static_cast<ptrdiff_t>(malloc_usable_size(memory));
            auto most = peak.load();
            while (now > most && !peak.compare_exchange_weak(most, now)) {}
        }
        return {memory, memory, &release, at::Device(at::kCPU)};
    }
    static void release(void *memory) {
        if (memory == nullptr) return;
        shared().live -= static_cast<ptrdiff_t>(malloc_usable_size(memory));
        std::free(memory);
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void *to, const void *from, std::size_t bytes) const override {
        default_copy_data(to, from, bytes);
    }
};

std::string cuda_unavailable_reason;

/// libtorch looks for its CUDA half once, at the first tensor; so it is loaded before that.
void load_cuda() {
    if (dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        cuda_unavailable_reason = "no NVIDIA driver was found (libcuda.so.1 does not load)";
    } else if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        auto *reason = dlerror();
        cuda_unavailable_reason =
            std::string("there is a driver, but libtorch_cuda.so does not load: ") +
            (reason != nullptr ? reason : "no reason given");
    } else if (!at::hasCUDA() || at::detail::getCUDAHooks().getNumGPUs() == 0) {
        cuda_unavailable_reason = "libtorch_cuda.so is loaded, but the driver shows no device";
    }
}

void prepare() {
    // Large blocks come back from the heap instead of from the kernel page by page.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    c10::SetCPUAllocator(&CountingAllocator::shared(), /*priority=*/100);
    load_cuda();
}

c10::CachingDeviceAllocator::DeviceStats cuda_statistics(ct_device where) {
    auto *allocator =
        dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::DeviceType::CUDA));
    TORCH_CHECK(allocator != nullptr, "the CUDA allocator keeps no figures");
    return allocator->getDeviceStats(static_cast<c10::DeviceIndex>(where.cuda_index));
}

} // namespace

void ct::will_use_libtorch() {
    static std::once_flag once;
    std::call_once(once, prepare);
}

const char *ct_libtorch_version(void) { return TORCH_VERSION; }

ptrdiff_t ct_cuda_device_count(void) {
    will_use_libtorch();
    return cuda_unavailable_reason.empty() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
}
const char *ct_cuda_unavailable_reason(void) {
    will_use_libtorch();
    return cuda_unavailable_reason.c_str();
}
const char *ct_cuda_name(int32_t index) {
    using GetName = int (*)(char *, int, int);
    auto *get = reinterpret_cast<GetName>(dlsym(RTLD_DEFAULT, "cuDeviceGetName"));
    thread_local char name[256];
    name[0] = 0;
    if (get != nullptr && get(name, sizeof name, index) != 0) name[0] = 0;
    return name;
}
int32_t ct_cuda_capability(int32_t index) {
    using GetAttribute = int (*)(int *, int, int);
    auto *get = reinterpret_cast<GetAttribute>(dlsym(RTLD_DEFAULT, "cuDeviceGetAttribute"));
    constexpr int major_attribute = 75, minor_attribute = 76; // cuda.h, CUdevice_attribute
    int major = 0, minor = 0;
    if (get == nullptr || get(&major, major_attribute, index) != 0 ||
        get(&minor, minor_attribute, index) != 0)
        return 0;
    return 10 * major + minor;
}
ct_status ct_synchronize(ct_device where) {
    return guarded([&] {
        if (where.cuda_index >= 0) at::detail::getCUDAHooks().deviceSynchronize(where.cuda_index);
    });
}

ptrdiff_t ct_thread_count(void) { return at::get_num_threads(); }
ct_status ct_set_thread_count(ptrdiff_t count) {
    return guarded([&] { at::set_num_threads(static_cast<int>(count)); });
}

ct_status ct_memory(ct_device where, ptrdiff_t *out_live, ptrdiff_t *out_peak) {
    return guarded([&] {
        if (where.cuda_index < 0) {
            *out_live = CountingAllocator::shared().live;
            *out_peak = CountingAllocator::shared().peak;
        } else {
            auto bytes = cuda_statistics(where).allocated_bytes[0];
            *out_live = bytes.current;
            *out_peak = bytes.peak;
        }
    });
}
ct_status ct_cuda_memory(ct_device where, ptrdiff_t *out_free, ptrdiff_t *out_total) {
    return guarded([&] {
        auto *allocator =
            dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::DeviceType::CUDA));
        TORCH_CHECK(where.cuda_index >= 0 && allocator != nullptr, "there is no CUDA device");
        auto [free, total] =
            allocator->getMemoryInfo(static_cast<c10::DeviceIndex>(where.cuda_index));
        *out_free = static_cast<ptrdiff_t>(free);
        *out_total = static_cast<ptrdiff_t>(total);
    });
}
ct_status ct_memory_reset_peak(ct_device where) {
    return guarded([&] {
        if (where.cuda_index < 0) {
            auto &allocator = CountingAllocator::shared();
            allocator.peak = allocator.live.load();
        } else {
            auto *allocator =
                dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::DeviceType::CUDA));
            TORCH_CHECK(allocator != nullptr, "the CUDA allocator keeps no figures");
            allocator->resetPeakStats(static_cast<c10::DeviceIndex>(where.cuda_index));
        }
    });
}
