// The adapter of {{name}}: it hands the arrays of the conformance suite array-ctypes to {{name}}, and tells what
// {{name}} sees.
//
//     make -f array-ctypes.mk check
//
// The first run is green, and that says nothing about {{name}}: until you replace it, the class StandIn takes the
// arrays.
//
// 1. Include {{name}}, and replace StandIn by the view or the array of {{name}} that a door makes.
// 2. Set name and version at the end. Reports show them.
// 3. Declare in DOORS what each door takes beyond the least. It may refuse everything else, and must not misread it.
// 4. Add a door for each way into {{name}}: one that shares memory, one that copies, one for constant elements.
//
// array_ctypes_adapter.h explains each function. None may throw: a C++ exception is a refusal, which `take` turns into
// a reason.
#include "array_ctypes_adapter.h"

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// STAND-IN: a view that keeps the address, the lengths and the byte strides.
class StandIn {
public:
    StandIn(void *data, std::vector<intptr_t> shape, std::vector<intptr_t> strides)
        : first(static_cast<char *>(data)), lengths(std::move(shape)), steps(std::move(strides)) {}

    const void *data() const { return first; }
    const std::vector<intptr_t> &shape() const { return lengths; }
    const std::vector<intptr_t> &strides() const { return steps; }

    char *at(const intptr_t *index) const {
        intptr_t offset = 0;
        for (std::size_t axis = 0; axis < lengths.size(); ++axis) offset += index[axis] * steps[axis];
        return first + offset;
    }

private:
    char *first;
    std::vector<intptr_t> lengths, steps;
};

// What a door makes. It shares the memory, so it holds the owner; a door that copies does not, and declares copies =
// "always".
struct Made {
    array_ctypes_array given;
    StandIn array; // STAND-IN

    Made(const array_ctypes_array &from, StandIn made) : given(from), array(std::move(made)) {
        given.hold(given.owner);
    }
    ~Made() { given.release(given.owner); }
    Made(const Made &) = delete;
    Made &operator=(const Made &) = delete;
};

// Calls {{name}}. An exception refuses the array.
Made *share(const array_ctypes_array &given) {
    const uint16_t one = 1;
    const std::string native = *reinterpret_cast<const char *>(&one) == 1 ? "<" : ">";
    const std::string type = given.typestr;
    if (type != native + "i4" && type != native + "f8")
        throw std::invalid_argument("expected int32_t or double of this machine, found " + type);
    std::vector<intptr_t> shape(given.shape, given.shape + given.ndim), strides(given.ndim);
    // Without strides, the array is in C order.
    intptr_t next = static_cast<intptr_t>(given.itemsize);
    for (int32_t axis = given.ndim - 1; axis >= 0; --axis) {
        strides[axis] = given.strides ? given.strides[axis] : next;
        next *= shape[axis];
    }
    return new Made(given, StandIn(given.data, shape, strides)); // STAND-IN
}

template <Made *(*door)(const array_ctypes_array &)>
void *take(const array_ctypes_array *given, char *reason) {
    try {
        return door(*given);
    } catch (const std::exception &error) {
        std::strncpy(reason, error.what(), ARRAY_CTYPES_REASON - 1);
        return nullptr;
    }
}

Made &of(void *view) { return *static_cast<Made *>(view); }

const array_ctypes_door DOORS[] = {
    // Name, types, what it takes beyond the least; copies: never, may or always; unaligned elements: reads or refuses;
    // if elements can be written to; if it must be the only way to the memory; the function.
    {
        "share",
        "i4,f8",
        "strided,negative,odd-strides,overlap,unaligned,read-only,empty,no-axes",
        "never",
        "reads",
        1,
        0,
        take<share>,
    },
};

const array_ctypes_adapter_v1 ADAPTER = {
    ARRAY_CTYPES_ADAPTER_VERSION,
    "{{name}}-stand-in", // STAND-IN: drop "-stand-in" once {{name}} takes the arrays
    "0",                 // STAND-IN: the version of {{name}}
    DOORS,
    sizeof DOORS / sizeof *DOORS,
    [](void *view) { delete &of(view); },
    // What {{name}} sees. Ask it: do not answer from what was given.
    [](void *view) { return of(view).array.data(); }, // the address of the first element
    [](void *view) { return static_cast<int32_t>(of(view).array.shape().size()); }, // the number of axes
    [](void *view, int32_t axis) { return of(view).array.shape()[axis]; }, // the length of an axis
    [](void *view, int32_t axis) { return of(view).array.strides()[axis]; }, // the stride of an axis, in bytes
    [](void *view) { return of(view).given.itemsize; }, // STAND-IN: the size of an element
    [](void *view) { return of(view).given.read_only; }, // STAND-IN: not 0 if elements cannot be written to
    // The library's own access to an element, by index.
    [](void *view, const intptr_t *index, void *value) {
        std::memcpy(value, of(view).array.at(index), of(view).given.itemsize); // STAND-IN
        return int32_t{0};
    },
    [](void *view, const intptr_t *index, const void *value) {
        if (of(view).given.read_only) return int32_t{1};
        std::memcpy(of(view).array.at(index), value, of(view).given.itemsize); // STAND-IN
        return int32_t{0};
    },
};

} // namespace

const array_ctypes_adapter_v1 *array_ctypes_adapter(void) { return &ADAPTER; }
