/*
 * An adapter for a library in C or C++: what the conformance suite `array-ctypes` asks of a library that is handed arrays.
 *
 * Write these functions, build a shared library that exports `array_ctypes_adapter`, and run
 *
 *     array-ctypes check --library ./libmine.so
 *
 * The suite loads the library in a process of its own, so a crash is a verdict on one case and not the end. It makes the memory of
 * each array, hands the array to a door, asks what the library sees, and looks after the memory meanwhile.
 *
 * No function may throw or jump out. None is called from two threads at once.
 */
#ifndef ARRAY_CTYPES_ADAPTER_H
#define ARRAY_CTYPES_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. The suite loads adapters of this version only. */
#define ARRAY_CTYPES_ADAPTER_VERSION 1

/* The longest reason for a refusal, in bytes, with the zero at its end. */
#define ARRAY_CTYPES_REASON 256

/*
 * An array that is handed to a door. It stays as it is until the door returns. The memory stays for as long as somebody holds the
 * owner, and no longer.
 */
typedef struct {
    void *data;              /* The first element, also if strides are negative; NULL is possible if there is none. */
    int32_t ndim;            /* Number of axes. */
    const intptr_t *shape;   /* `ndim` lengths, in elements. */
    const intptr_t *strides; /* `ndim` strides, in bytes; NULL for an array in C order. */
    size_t itemsize;         /* Size of an element, in bytes. */
    const char *typestr;     /* Type of an element, as NumPy spells it: "<f8". */
    int32_t read_only;       /* Not 0 if the memory must not be written to. */
    void *owner;             /* Who keeps the memory. */
    void (*hold)(void *owner);    /* Holds the owner once more. */
    void (*release)(void *owner); /* Lets go of the owner, once for each time that it was held. */
} array_ctypes_array;

/* A way into the library. Words are those of PROTOCOL.md, "Consumers"; NULL stands for the default of each. */
typedef struct {
    const char *name;      /* Up to 64 letters, digits, `_`, `.` and `-`. */
    const char *types;     /* Element types, with commas between: "i,u,f8". */
    const char *accepts;   /* What it takes beyond the least, with commas between: "strided,negative". */
    const char *copies;    /* "never", "may" or "always". */
    const char *unaligned; /* "reads" or "refuses". */
    int32_t is_mutable;    /* Not 0 if elements can be written to. */
    int32_t is_exclusive;  /* Not 0 if the view must be the only way to the memory. */
    /*
     * Makes a view of the array, which keeps what it needs of it. Returns NULL if the library refuses the array, and writes the
     * reason to `reason`, which has ARRAY_CTYPES_REASON bytes.
     */
    void *(*take)(const array_ctypes_array *array, char *reason);
} array_ctypes_door;

/* The library: its doors, and what can be asked of the views that they make. An index has one number for each axis. */
typedef struct {
    uint32_t version;             /* ARRAY_CTYPES_ADAPTER_VERSION. */
    const char *name;             /* Name of the library. */
    const char *library_version;  /* Its version. */
    const array_ctypes_door *doors;
    size_t door_count;
    void (*drop)(void *view);                      /* Lets go of a view, and of all that it holds. */
    const void *(*data)(void *view);               /* Address of the first element. */
    int32_t (*ndim)(void *view);                   /* Number of axes. */
    intptr_t (*length)(void *view, int32_t axis);  /* Length of an axis, in elements. */
    intptr_t (*stride)(void *view, int32_t axis);  /* Stride of an axis, in bytes. */
    size_t (*itemsize)(void *view);                /* Size of an element, in bytes. */
    int32_t (*read_only)(void *view);              /* Not 0 if the view has no way to write to elements. */
    /*
     * Copies the value of an element, as the library's own access yields it, to `value`, which has room for an element: a number in
     * the byte order of the machine. Returns 0, or another number if the library refuses.
     */
    int32_t (*get)(void *view, const intptr_t *index, void *value);
    /* Sets an element to such a value, by the library's own access. Returns 0, or another number if the library refuses. */
    int32_t (*set)(void *view, const intptr_t *index, const void *value);
} array_ctypes_adapter_v1;

/* Exported by the adapter. What it points to stays as long as the process. */
const array_ctypes_adapter_v1 *array_ctypes_adapter(void);

#ifdef __cplusplus
}
#endif

#endif
