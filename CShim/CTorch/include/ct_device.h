/// Devices, threads, memory.
#ifndef CT_DEVICE_H
#define CT_DEVICE_H
#include "ct_contract.h"
CT_BEGIN

/// The version of libtorch that is loaded, for instance "2.11.0".
const char *ct_libtorch_version(void);

/// CUDA devices that can be used. Where there are none, `ct_cuda_unavailable_reason` says why.
ptrdiff_t ct_cuda_device_count(void);
/// Why no CUDA device can be used; empty where one can.
const char *ct_cuda_unavailable_reason(void);
/// The driver's name of a CUDA device; empty where it is unknown. Valid until this thread's next
/// call.
const char *ct_cuda_name(int32_t index);
/// Ten times the major plus the minor compute capability: 80 for sm_80; 0 where it is unknown.
int32_t ct_cuda_capability(int32_t index);
/// 1000 times the major plus 10 times the minor version of CUDA that the driver is for: 13000; 0
/// where no driver is loaded.
int32_t ct_cuda_driver_version(void);
/// Why this shim's CUDA kernels are not used on a device, which then runs compositions of library
/// operations; empty where they are used. The first call compiles them, or finds them in the cache.
const char *ct_cuda_kernels_unavailable_reason(int32_t index);
/// Why CUDA kernels cannot be compiled here; empty where they can. That needs NVRTC, but no device.
const char *ct_cuda_compiler_unavailable_reason(void);
/// Compiles every CUDA kernel of this shim for a compute capability (90 for sm_90); gives the bytes
/// of machine code. Fails with the compiler's log.
CT_CHECKED ct_status ct_cuda_kernels_compile(int32_t capability, ptrdiff_t *out_bytes);
/// The same by way of a cache in a folder.
CT_CHECKED ct_status ct_cuda_kernels_cached(int32_t capability, const char *folder,
                                            ptrdiff_t *out_bytes);
/// Stores machine code under a key in a folder, as the kernels' cache does; does nothing where the
/// folder cannot be written or belongs to another user.
CT_CHECKED ct_status ct_kernel_cache_keep(const char *folder, const char *key, const uint8_t *bytes,
                                          ptrdiff_t count);
/// Reads it back, `capacity` bytes of it at most. The count is 0 where there is none, or none that
/// may be used: folder or file belong to another user, others may write to them, or the file is
/// damaged.
CT_CHECKED ct_status ct_kernel_cache_find(const char *folder, const char *key, uint8_t *bytes,
                                          ptrdiff_t capacity, ptrdiff_t *out_count);
/// Waits until the device has done all work given to it.
CT_CHECKED ct_status ct_synchronize(ct_device device);

/// Threads that an operation may use on the CPU.
ptrdiff_t ct_thread_count(void);
CT_CHECKED ct_status ct_set_thread_count(ptrdiff_t count);

/// Bytes that tensors hold on the device at this moment, and the most since the last reset.
CT_CHECKED ct_status ct_memory(ct_device device, ptrdiff_t *out_live, ptrdiff_t *out_peak);
CT_CHECKED ct_status ct_memory_reset_peak(ct_device device);
/// Free bytes and all bytes of a CUDA device; what libtorch has reserved and no tensor uses is free.
CT_CHECKED ct_status ct_cuda_memory(ct_device device, ptrdiff_t *out_free, ptrdiff_t *out_total);

CT_END
#endif
