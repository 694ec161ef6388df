#ifndef CPCRE2_H
#define CPCRE2_H

/// PCRE2 for subjects of 8-bit units: UTF-8. The functions are those of pcre2api(3), with `_8`.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#endif
