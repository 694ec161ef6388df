// libcudart without a device: memory is the host's, kernels do nothing, every call is counted.
//
// CUDA_STAND_IN_COUNTS=FILE  at exit: {"launches": …, "waits": …, …} as one JSON object
// CUDA_STAND_IN_LOG=FILE     every counted call in order: kind, name, size
// CUDA_STAND_IN_DEVICES=N, CUDA_STAND_IN_BYTES=N, CUDA_STAND_IN_DRIVER=N
//                            what is there: devices (1), bytes of each (141 GB), the driver (13000)
//
// A function that libtorch needs and that is not here returns 0 (`build` makes it).
#include <cuda_runtime_api.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <dlfcn.h>

#include "counts.h"

#undef cudaGetDeviceProperties

namespace {

/// The size of the device's memory.
size_t device_bytes() {
    static const size_t bytes = number("CUDA_STAND_IN_BYTES", size_t(141) << 30);
    return bytes;
}

/// The kinds of calls, in the order in which they are printed.
const char *const kinds[] = {"launches",  "own_launches",  "uploads",     "downloads",
                             "fills",     "device_copies", "waits",       "allocations",
                             "host_allocations", "bad_grids", "captured_nodes", "graph_launches"};

struct Counter {
    std::mutex lock;
    std::map<std::string, size_t> totals;
    std::map<const void *, std::string> kernels;
    std::map<char *, size_t> blocks;
    size_t held = 0, most = 0;
    FILE *log = nullptr;

    Counter() {
        if (auto *path = getenv("CUDA_STAND_IN_LOG")) log = fopen(path, "w");
    }
    ~Counter() {
        if (log != nullptr) fclose(log);
        auto *path = getenv("CUDA_STAND_IN_COUNTS");
        auto *file = path != nullptr ? fopen(path, "w") : nullptr;
        if (file == nullptr) return;
        fprintf(file, "{\"most_bytes\": %zu", most);
        for (auto *kind : kinds) fprintf(file, ", \"%s\": %zu", kind, totals[kind]);
        fprintf(file, "}\n");
        fclose(file);
    }

    void add(const char *kind, const char *name, size_t size) {
        std::lock_guard<std::mutex> guard(lock);
        ++totals[kind];
        if (log != nullptr) fprintf(log, "%s %s %zu\n", kind, name, size);
    }
    bool on_device(const void *address) {
        std::lock_guard<std::mutex> guard(lock);
        auto *place = static_cast<char *>(const_cast<void *>(address));
        auto next = blocks.upper_bound(place);
        if (next == blocks.begin()) return false;
        --next;
        return place < next->first + next->second;
    }
};

/// Lives as long as the process: libtorch frees memory after static objects are gone.
Counter &counter() {
    static auto *shared = new Counter;
    return *shared;
}
struct AtExit {
    ~AtExit() { counter().~Counter(); }
} at_exit;

size_t pages(size_t bytes) { return (bytes + 4095) & ~size_t(4095); }

cudaError_t launch(const void *function, dim3 grid, dim3 block) {
    auto &names = counter().kernels;
    auto found = names.find(function);
    auto *name = found == names.end() ? "unknown" : found->second.c_str();
    auto threads = size_t(block.x) * block.y * block.z;
    if (grid.x == 0 || grid.x > 2147483647u || grid.y == 0 || grid.y > 65535 || grid.z == 0 ||
        grid.z > 65535 || threads == 0 || threads > 1024)
        count("bad_grids", name, threads);
    count("launches", name, size_t(grid.x) * grid.y * grid.z);
    return cudaSuccess;
}

void copy(void *to, const void *from, size_t bytes, const char *how) {
    bool to_device = counter().on_device(to), from_device = counter().on_device(from);
    if (to_device && from_device) {
        count("device_copies", how, bytes);
    } else if (to_device) {
        memcpy(to, from, bytes);
        count("uploads", how, bytes);
    } else {
        memset(to, 0, bytes); // no kernel has computed anything
        count("downloads", how, bytes);
    }
}

struct Configuration {
    dim3 grid, block;
    size_t shared;
    cudaStream_t stream;
};
thread_local std::vector<Configuration> configurations;

template <typename T> cudaError_t make(T *handle) {
    *handle = static_cast<T>(malloc(8));
    return cudaSuccess;
}

} // namespace

void count(const char *kind, const char *name, size_t size) { counter().add(kind, name, size); }

extern "C" {

void stand_in_count(const char *kind, const char *name, size_t size) { count(kind, name, size); }

// MARK: Kernels

void **__cudaRegisterFatBinary(void *) {
    static void *handle;
    return &handle;
}
void __cudaRegisterFatBinaryEnd(void **) {}
void __cudaUnregisterFatBinary(void **) {}
void __cudaRegisterFunction(void **, const char *host, char *, const char *name, int, void *,
                            void *, void *, void *, int *) {
    std::lock_guard<std::mutex> guard(counter().lock);
    counter().kernels[host] = name;
}
unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, CUstream_st *stream) {
    configurations.push_back({grid, block, shared, stream});
    return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared, void *stream) {
    auto last = configurations.back();
    configurations.pop_back();
    *grid = last.grid;
    *block = last.block;
    *shared = last.shared;
    *static_cast<cudaStream_t *>(stream) = last.stream;
    return cudaSuccess;
}
cudaError_t __cudaGetKernel(cudaKernel_t *kernel, const void *function) {
    *kernel = static_cast<cudaKernel_t>(const_cast<void *>(function));
    return cudaSuccess;
}
cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 grid, dim3 block, void **, size_t,
                               cudaStream_t) {
    return launch(kernel, grid, block);
}
cudaError_t cudaLaunchKernel(const void *function, dim3 grid, dim3 block, void **, size_t,
                             cudaStream_t) {
    return launch(function, grid, block);
}
cudaError_t cudaLaunchCooperativeKernel(const void *function, dim3 grid, dim3 block, void **,
                                        size_t, cudaStream_t) {
    return launch(function, grid, block);
}
cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t *configuration, const void *function,
                                void **) {
    return launch(function, configuration->gridDim, configuration->blockDim);
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *attributes, const void *) {
    *attributes = {};
    attributes->maxThreadsPerBlock = 1024;
    attributes->numRegs = 32;
    attributes->ptxVersion = attributes->binaryVersion = 90;
    return cudaSuccess;
}
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, const void *, int, size_t) {
    *blocks = 2;
    return cudaSuccess;
}
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *, int,
                                                                   size_t, unsigned) {
    *blocks = 2;
    return cudaSuccess;
}

// MARK: Memory

cudaError_t cudaMalloc(void **out, size_t bytes) {
    count("allocations", "cudaMalloc", bytes);
    std::lock_guard<std::mutex> guard(counter().lock);
    if (counter().held + bytes > device_bytes()) return cudaErrorMemoryAllocation;
    *out = mmap(nullptr, pages(bytes), PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    counter().blocks[static_cast<char *>(*out)] = bytes;
    counter().held += bytes;
    counter().most = counter().most > counter().held ? counter().most : counter().held;
    return cudaSuccess;
}
cudaError_t cudaFree(void *address) {
    std::lock_guard<std::mutex> guard(counter().lock);
    auto block = counter().blocks.find(static_cast<char *>(address));
    if (block == counter().blocks.end()) return cudaSuccess;
    munmap(address, pages(block->second));
    counter().held -= block->second;
    counter().blocks.erase(block);
    return cudaSuccess;
}
cudaError_t cudaMallocAsync(void **out, size_t bytes, cudaStream_t) {
    return cudaMalloc(out, bytes);
}
cudaError_t cudaFreeAsync(void *address, cudaStream_t) { return cudaFree(address); }
cudaError_t cudaHostAlloc(void **out, size_t bytes, unsigned) {
    count("host_allocations", "cudaHostAlloc", bytes);
    *out = malloc(bytes);
    return cudaSuccess;
}
cudaError_t cudaFreeHost(void *address) {
    free(address);
    return cudaSuccess;
}
cudaError_t cudaMemGetInfo(size_t *free, size_t *total) {
    std::lock_guard<std::mutex> guard(counter().lock);
    *total = device_bytes();
    *free = device_bytes() - counter().held;
    return cudaSuccess;
}
cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind) {
    copy(to, from, bytes, "cudaMemcpy");
    count("waits", "cudaMemcpy");
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind,
                            cudaStream_t) {
    copy(to, from, bytes, "cudaMemcpyAsync");
    return cudaSuccess;
}
cudaError_t cudaMemset(void *, int, size_t bytes) {
    count("fills", "cudaMemset", bytes);
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void *, int, size_t bytes, cudaStream_t) {
    count("fills", "cudaMemsetAsync", bytes);
    return cudaSuccess;
}
cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *attributes, const void *address) {
    *attributes = {};
    attributes->type =
        counter().on_device(address) ? cudaMemoryTypeDevice : cudaMemoryTypeUnregistered;
    attributes->devicePointer = const_cast<void *>(address);
    return cudaSuccess;
}
cudaError_t cudaGetSymbolAddress(void **address, const void *) {
    static char symbols[1 << 20];
    *address = symbols;
    return cudaSuccess;
}

// MARK: Streams and events

cudaError_t cudaStreamSynchronize(cudaStream_t) {
    count("waits", "cudaStreamSynchronize");
    return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
    count("waits", "cudaDeviceSynchronize");
    return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t) {
    count("waits", "cudaEventSynchronize");
    return cudaSuccess;
}
cudaError_t cudaStreamIsCapturing(cudaStream_t, cudaStreamCaptureStatus *status) {
    *status = cudaStreamCaptureStatusNone;
    return cudaSuccess;
}
cudaError_t cudaStreamGetCaptureInfo(cudaStream_t, cudaStreamCaptureStatus *status,
                                     unsigned long long *identifier, cudaGraph_t *,
                                     const cudaGraphNode_t **, const cudaGraphEdgeData **,
                                     size_t *) {
    *status = cudaStreamCaptureStatusNone;
    if (identifier != nullptr) *identifier = 0;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
    *least = 0;
    *greatest = -5;
    return cudaSuccess;
}
cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned, int) {
    return make(stream);
}
cudaError_t cudaEventCreate(cudaEvent_t *event) { return make(event); }
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) { return make(event); }
cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t, cudaEvent_t) {
    *milliseconds = 1;
    return cudaSuccess;
}

// MARK: The device

cudaError_t cudaGetDeviceCount(int *devices) {
    *devices = static_cast<int>(number("CUDA_STAND_IN_DEVICES", 1));
    return *devices > 0 ? cudaSuccess : cudaErrorNoDevice;
}
static thread_local int current_device = 0;
cudaError_t cudaGetDevice(int *device) {
    *device = current_device;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
    current_device = device;
    return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int) {
    *properties = {};
    strcpy(properties->name, "stand-in for an NVIDIA H200");
    properties->major = 9;
    properties->multiProcessorCount = 132;
    properties->warpSize = 32;
    properties->maxThreadsPerBlock = 1024;
    properties->maxThreadsPerMultiProcessor = 2048;
    properties->maxThreadsDim[0] = properties->maxThreadsDim[1] = 1024;
    properties->maxThreadsDim[2] = 64;
    properties->maxGridSize[0] = 2147483647;
    properties->maxGridSize[1] = properties->maxGridSize[2] = 65535;
    properties->sharedMemPerBlock = 48 << 10;
    properties->sharedMemPerBlockOptin = 227 << 10;
    properties->sharedMemPerMultiprocessor = 228 << 10;
    properties->regsPerBlock = properties->regsPerMultiprocessor = 65536;
    properties->totalGlobalMem = device_bytes();
    properties->l2CacheSize = 60 << 20;
    properties->maxBlocksPerMultiProcessor = 32;
    properties->unifiedAddressing = 1;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int) {
    switch (attribute) {
    case cudaDevAttrComputeCapabilityMajor: *value = 9; break;
    case cudaDevAttrComputeCapabilityMinor: *value = 0; break;
    case cudaDevAttrMultiProcessorCount: *value = 132; break;
    case cudaDevAttrWarpSize: *value = 32; break;
    case cudaDevAttrMaxThreadsPerBlock: *value = 1024; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = 48 << 10; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = 227 << 10; break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor: *value = 228 << 10; break;
    case cudaDevAttrMaxGridDimX: *value = 2147483647; break;
    case cudaDevAttrMaxGridDimY:
    case cudaDevAttrMaxGridDimZ: *value = 65535; break;
    default: *value = 1;
    }
    return cudaSuccess;
}
cudaError_t cudaDeviceGetPCIBusId(char *text, int, int device) {
    sprintf(text, "0000:%02x:00.0", device);
    return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int *version) {
    *version = static_cast<int>(number("CUDA_STAND_IN_DRIVER", 13000));
    return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int *version) {
    *version = 13000;
    return cudaSuccess;
}
const char *cudaGetErrorString(cudaError_t error) {
    return error == cudaErrorMemoryAllocation ? "out of memory" : "no error";
}
const char *cudaGetErrorName(cudaError_t error) {
    return error == cudaErrorMemoryAllocation ? "cudaErrorMemoryAllocation" : "cudaSuccess";
}

/// libtorch asks for driver functions by name; those that libcuda's stand-in lacks return 0.
static int nothing() { return 0; }
cudaError_t cudaGetDriverEntryPointByVersion(const char *name, void **function, unsigned,
                                             unsigned long long,
                                             cudaDriverEntryPointQueryResult *result) {
    *function = dlsym(RTLD_DEFAULT, name);
    if (*function == nullptr) *function = reinterpret_cast<void *>(&nothing);
    if (result != nullptr) *result = cudaDriverEntryPointSuccess;
    return cudaSuccess;
}

} // extern "C"
