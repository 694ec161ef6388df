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
        auto &hooks = at::detail::getCUDAHooks();
        auto needed = hooks.hasCUDART() ? hooks.versionCUDART() : 0;
        auto driver = ct_cuda_driver_version();
        auto text = [](auto version) {
            return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
        };
        cuda_unavailable_reason =
            driver < needed / 1000 * 1000
                ? "the driver is one for CUDA " + text(driver) + ", this libtorch needs one for CUDA " +
                      text(needed / 1000 * 1000)
                : "libtorch_cuda.so is loaded, but the driver shows no device";
    }
}

void prepare() {
    // Large blocks come back from the heap instead of from the kernel page by page.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    c10::SetCPUAllocator(&CountingAllocator::shared(), /*priority=*/100);
    load_cuda();
}

/// A function of the driver, which libtorch has loaded; null where it is not there.
template <typename Function> Function *driver_function(const char *name) {
    return reinterpret_cast<Function *>(dlsym(RTLD_DEFAULT, name));
}

/// The allocator of CUDA memory, which keeps figures; before the first tensor too.
c10::DeviceAllocator &cuda_allocator() {
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
    auto *allocator =
        dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::DeviceType::CUDA));
    TORCH_CHECK(allocator != nullptr, "the CUDA allocator keeps no figures");
    return *allocator;
}
c10::DeviceIndex index_of(ct_device where) {
    return static_cast<c10::DeviceIndex>(where.cuda_index);
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
    auto *get = driver_function<int(char *, int, int)>("cuDeviceGetName");
    thread_local char name[256];
    name[0] = 0;
    if (get != nullptr && get(name, sizeof name, index) != 0) name[0] = 0;
    return name;
}
int32_t ct_cuda_capability(int32_t index) {
    static auto *get = driver_function<int(int *, int, int)>("cuDeviceGetAttribute");
    constexpr int major_attribute = 75, minor_attribute = 76; // cuda.h, CUdevice_attribute
    int major = 0, minor = 0;
    if (get == nullptr || get(&major, major_attribute, index) != 0 ||
        get(&minor, minor_attribute, index) != 0)
        return 0;
    return 10 * major + minor;
}
int32_t ct_cuda_driver_version(void) {
    auto *get = driver_function<int(int *)>("cuDriverGetVersion");
    int version = 0;
    return get != nullptr && get(&version) == 0 ? version : 0;
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
            auto bytes = cuda_allocator().getDeviceStats(index_of(where)).allocated_bytes[0];
            *out_live = bytes.current;
            *out_peak = bytes.peak;
        }
    });
}
ct_status ct_cuda_memory(ct_device where, ptrdiff_t *out_free, ptrdiff_t *out_total) {
    return guarded([&] {
        TORCH_CHECK(where.cuda_index >= 0, "there is no CUDA device");
        auto &allocator = cuda_allocator();
        auto [free, total] = allocator.getMemoryInfo(index_of(where));
        // What the allocator holds without a tensor in it is free for the next one.
        auto figures = allocator.getDeviceStats(index_of(where));
        auto idle = figures.reserved_bytes[0].current - figures.allocated_bytes[0].current;
        *out_free = static_cast<ptrdiff_t>(free) + static_cast<ptrdiff_t>(idle);
        *out_total = static_cast<ptrdiff_t>(total);
    });
}
ct_status ct_memory_reset_peak(ct_device where) {
    return guarded([&] {
        if (where.cuda_index < 0) {
            auto &allocator = CountingAllocator::shared();
            allocator.peak = allocator.live.load();
        } else {
            cuda_allocator().resetPeakStats(index_of(where));
        }
    });
}
