/// Mapped files.
#ifndef CT_MAPPING_H
#define CT_MAPPING_H
#include "ct_contract.h"
CT_BEGIN

/// Watches `length` mapped bytes from `start`. Where one cannot be read any more, as when its file
/// was cut short, the program writes an error that names `path` and ends with status 1, instead of
/// by SIGBUS. Returns what `ct_mapping_forget` needs; -1 where too many are watched.
int32_t ct_mapping_watch(const void *start, ptrdiff_t length, const char *path);
/// Ends the watch, before the bytes are unmapped; -1 does nothing.
void ct_mapping_forget(int32_t index);

CT_END
#endif
