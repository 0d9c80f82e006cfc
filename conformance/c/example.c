/*
 * The smallest adapter: a library that keeps an address, lengths and byte strides, and reads and writes numbers of the machine.
 *
 *     cc -shared -fPIC -o example.so example.c && array-ctypes check --library ./example.so
 */
#include "array_ctypes_adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    array_ctypes_array of;
    intptr_t *shape, *strides;
} view;

static void *take(const array_ctypes_array *array, char *reason)
{
    const uint16_t one = 1;
    const char order = *(const char *)&one ? '<' : '>', *type = array->typestr;
    if (type[0] != order || (strcmp(type + 1, "i4") && strcmp(type + 1, "f8"))) {
        snprintf(reason, ARRAY_CTYPES_REASON, "expected i4 or f8 of the machine, found %s", type);
        return NULL;
    }
    view *made = malloc(sizeof *made);
    made->of = *array;
    made->shape = malloc((2 * array->ndim + 1) * sizeof *made->shape);
    made->strides = made->shape + array->ndim;
    intptr_t packed = (intptr_t)array->itemsize;
    for (int32_t axis = array->ndim - 1; axis >= 0; axis--) {
        made->shape[axis] = array->shape[axis];
        made->strides[axis] = array->strides ? array->strides[axis] : packed;
        packed *= array->shape[axis];
    }
    array->hold(array->owner);
    return made;
}

static void drop(void *of)
{
    view *dropped = of;
    dropped->of.release(dropped->of.owner);
    free(dropped->shape);
    free(dropped);
}

static char *element(view *of, const intptr_t *index)
{
    intptr_t offset = 0;
    for (int32_t axis = 0; axis < of->of.ndim; axis++)
        offset += index[axis] * of->strides[axis];
    return (char *)of->of.data + offset;
}

static const void *data(void *of) { return ((view *)of)->of.data; }
static int32_t ndim(void *of) { return ((view *)of)->of.ndim; }
static intptr_t length(void *of, int32_t axis) { return ((view *)of)->shape[axis]; }
static intptr_t stride(void *of, int32_t axis) { return ((view *)of)->strides[axis]; }
static size_t itemsize(void *of) { return ((view *)of)->of.itemsize; }
static int32_t read_only(void *of) { return ((view *)of)->of.read_only; }

static int32_t get(void *of, const intptr_t *index, void *value)
{
    memcpy(value, element(of, index), itemsize(of));
    return 0;
}

static int32_t set(void *of, const intptr_t *index, const void *value)
{
    if (read_only(of))
        return 1;
    memcpy(element(of, index), value, itemsize(of));
    return 0;
}

static const array_ctypes_door DOORS[] = {
    {.name = "view", .types = "i4,f8", .is_mutable = 1, .take = take,
     .accepts = "strided,negative,odd-strides,overlap,unaligned,read-only,empty,no-axes"},
};

static const array_ctypes_adapter_v1 ADAPTER = {
    .version = ARRAY_CTYPES_ADAPTER_VERSION, .name = "example", .library_version = "1", .doors = DOORS, .door_count = 1,
    .drop = drop, .data = data, .ndim = ndim, .length = length, .stride = stride, .itemsize = itemsize,
    .read_only = read_only, .get = get, .set = set,
};

const array_ctypes_adapter_v1 *array_ctypes_adapter(void) { return &ADAPTER; }
