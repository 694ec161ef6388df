// The words of CUDA's headers for a plain C++ compiler; the wheel nvidia-cuda-crt has the original.
#pragma once
#define __host__
#define __device__
#define __forceinline__ inline
#define __device_builtin__
#define __cudart_builtin__
#define __device_builtin_texture_type__
#define __device_builtin_surface_type__
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __builtin_align__(bytes) __align__(bytes)
#define __CUDA_ARCH_HAS_FEATURE__(feature) 0
#define CUDARTAPI
#define CUDARTAPI_CDECL
