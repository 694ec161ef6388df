/// libtorch 2.11.0 for Swift. Rules of these headers:
///
///   Ownership  An `out` parameter receives a reference the caller must free, and only on success.
///              Every other handle is borrowed for the call and never kept.
///   Errors     A fallible function returns a status. When it is not CT_OK, `ct_last_error()` is the
///              message, on this thread, until its next failure. No exception leaves a function.
///   None       A handle whose `impl` is null means "none" where a comment allows it.
///   Threads    A handle belongs to the thread that made it.
#ifndef CTORCH_H
#define CTORCH_H

#include "ct_contract.h"
#include "ct_tensor.h"
#include "ct_operations.h"
#include "ct_autograd.h"
#include "ct_random.h"
#include "ct_device.h"
#include "ct_fused.h"
#include "ct_sampling.h"
#include "ct_mapping.h"

#endif
