#ifndef CT_CONTRACT_H
#define CT_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CT_CHECKED __attribute__((warn_unused_result))
#define CT_CLOSED __attribute__((enum_extensibility(closed)))

#ifdef __cplusplus
#define CT_BEGIN extern "C" { _Pragma("clang assume_nonnull begin")
#define CT_END _Pragma("clang assume_nonnull end") }
#else
#define CT_BEGIN _Pragma("clang assume_nonnull begin")
#define CT_END _Pragma("clang assume_nonnull end")
#endif

CT_BEGIN

/// The result of a call.
typedef enum CT_CLOSED ct_status {
    CT_OK = 0,
    /// libtorch or this shim threw an error.
    CT_FAILED = 1,
    /// The device or the machine has too little memory.
    CT_OUT_OF_MEMORY = 2,
} ct_status;

/// The message of this thread's last failure. Valid until the next failure on this thread.
const char *ct_last_error(void);

/// An n-dimensional array.
typedef struct ct_tensor { void *_Nullable impl; } ct_tensor;

/// What attends to what in a forward pass: its blocks, and what kernels make of them once for all
/// layers.
typedef struct ct_attention_layout { void *_Nullable impl; } ct_attention_layout;

/// A source of random numbers on one device.
typedef struct ct_generator { void *_Nullable impl; } ct_generator;

/// The type of a tensor's elements.
typedef enum CT_CLOSED ct_dtype {
    CT_BOOL, CT_UINT8, CT_INT8, CT_INT16, CT_INT32, CT_INT64,
    CT_FLOAT16, CT_BFLOAT16, CT_FLOAT32, CT_FLOAT64,
} ct_dtype;

/// Where a tensor lives: the CPU when `cuda_index` is negative, else that CUDA device.
typedef struct ct_device { int32_t cuda_index; } ct_device;

CT_END
#endif
