/* Functions that copy the elements of an array to seen, in C order, and return the number of bytes. They differ in the types
   of lengths and strides. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WALK(NAME, LENGTH, STRIDE)                                                                            \
    size_t NAME(const char *data, size_t size, size_t axes, const LENGTH *shape, const STRIDE *strides, char *seen) \
    {                                                                                                         \
        size_t filled = 0;                                                                                    \
        if (axes == 0) {                                                                                      \
            memcpy(seen, data, size);                                                                         \
            return size;                                                                                      \
        }                                                                                                     \
        for (LENGTH i = 0; i < shape[0]; i++) {                                                               \
            const char *row = data + (intptr_t)i * (intptr_t)strides[0];                                      \
            filled += NAME(row, size, axes - 1, shape + 1, strides + 1, seen + filled);                       \
        }                                                                                                     \
        return filled;                                                                                        \
    }

WALK(walk, intptr_t, intptr_t)
WALK(walk_narrow, uint8_t, int16_t)
WALK(walk_wide, uint64_t, int64_t)
