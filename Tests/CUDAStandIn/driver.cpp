// libcuda without a device: what libtorch and our own kernels call of it.
#include <cstdio>
#include <cstring>

#include "counts.h"

namespace {

constexpr int success = 0, invalid_image = 200;
char context;
thread_local int pushed = 0;

} // namespace

extern "C" {

int cuInit(unsigned) { return success; }
int cuDriverGetVersion(int *version) {
    *version = static_cast<int>(number("CUDA_STAND_IN_DRIVER", 13000));
    return success;
}
int cuGetExportTable(const void **table, const void *) {
    *table = nullptr;
    return 500; // CUDA_ERROR_NOT_FOUND
}
int cuDeviceGetCount(int *devices) {
    *devices = static_cast<int>(number("CUDA_STAND_IN_DEVICES", 1));
    return success;
}
int cuDeviceGet(int *device, int index) {
    *device = index;
    return success;
}
int cuDeviceGetName(char *name, int length, int) {
    snprintf(name, static_cast<size_t>(length), "stand-in for an NVIDIA H200");
    return success;
}
int cuDeviceGetAttribute(int *value, int attribute, int) {
    *value = attribute == 75 ? 9 : attribute == 76 ? 0 : 1; // compute capability 9.0
    return success;
}
int cuDevicePrimaryCtxRetain(void **out, int) {
    *out = &context;
    return success;
}
int cuDevicePrimaryCtxGetState(int, unsigned *flags, int *active) {
    *flags = 0;
    *active = 1;
    return success;
}
int cuCtxGetCurrent(void **out) {
    *out = &context;
    return success;
}
int cuCtxPushCurrent_v2(void *) {
    ++pushed;
    return success;
}
int cuCtxPopCurrent_v2(void **out) {
    --pushed;
    *out = nullptr;
    return success;
}

int cuModuleLoadData(void **module, const void *image) {
    *module = const_cast<void *>(image);
    return memcmp(image, "\x7f" "ELF", 4) == 0 ? success : invalid_image;
}
int cuModuleGetFunction(void **function, void *, const char *name) {
    *function = strdup(name);
    return success;
}
int cuLaunchKernel(void *function, unsigned x, unsigned y, unsigned z, unsigned threads,
                   unsigned, unsigned, unsigned, void *, void **, void **) {
    auto *name = static_cast<const char *>(function);
    // Our kernels use whole warps of one dimension, inside a context.
    if (pushed == 0 || x == 0 || x > 2147483647u || y == 0 || y > 65535 || z == 0 || z > 65535 ||
        threads == 0 || threads > 1024 || threads % 32 != 0)
        count("bad_grids", name, threads);
    count("launches", name, static_cast<size_t>(x) * y * z);
    count("own_launches", name, static_cast<size_t>(x) * y * z);
    return success;
}
int cuGetErrorString(int, const char **text) {
    *text = "error of the stand-in";
    return success;
}

} // extern "C"
