// The adapter of xtensor: one door shares memory by `xt::adapt`, the other copies into an `xt::xarray`.
#include "array_ctypes_adapter.h"

#include <algorithm>
#include <complex>
#include <cstring>
#include <memory>
#include <string>
#include <vector>
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xtensor_config.hpp>

namespace {

using Index = std::vector<std::ptrdiff_t>;

// What both doors make, whatever the type of an element is.
struct View {
    virtual ~View() = default;
    virtual const void *data() = 0;
    virtual Index shape() = 0;
    virtual Index strides() = 0;
    virtual std::size_t itemsize() = 0;
    virtual void get(const Index &index, void *value) = 0;
    virtual bool set(const Index &index, const void *value) = 0;
    bool read_only = false;
};

template <class Array>
struct Typed : View {
    using T = typename Array::value_type;
    Array array;

    explicit Typed(Array made) : array(std::move(made)) {}

    const void *data() override { return array.data() + array.data_offset(); }
    Index shape() override { return Index(array.shape().begin(), array.shape().end()); }
    Index strides() override {
        Index strides(array.strides().begin(), array.strides().end());
        for (auto &stride : strides) stride *= static_cast<std::ptrdiff_t>(sizeof(T));
        return strides;
    }
    std::size_t itemsize() override { return sizeof(T); }
    void get(const Index &index, void *value) override {
        const T &element = array.element(index.begin(), index.end());
        std::memcpy(value, &element, sizeof(T));
    }
    bool set(const Index &index, const void *value) override {
        if (read_only) return false;
        std::memcpy(&array.element(index.begin(), index.end()), value, sizeof(T));
        return true;
    }
};

// A view that shares memory, and so holds its owner.
template <class Array>
struct Shared : Typed<Array> {
    array_ctypes_array given;

    Shared(Array made, const array_ctypes_array &given) : Typed<Array>(std::move(made)), given(given) {
        given.hold(given.owner);
        this->read_only = given.read_only != 0;
    }
    ~Shared() override { given.release(given.owner); }
};

// The strides in elements, as xtensor has them; an error if they are none, or if a C++ pointer must not point there.
template <class T>
Index in_elements(const array_ctypes_array &given) {
    Index strides(given.ndim);
    const bool is_empty = std::count(given.shape, given.shape + given.ndim, 0) > 0;
    std::ptrdiff_t next = 1;
    for (int axis = given.ndim - 1; axis >= 0; --axis) {
        std::ptrdiff_t bytes = next * static_cast<std::ptrdiff_t>(sizeof(T));
        // A stride that leads from no element to another may be any number.
        if (given.strides && given.shape[axis] > 1 && !is_empty) bytes = given.strides[axis];
        if (bytes % static_cast<std::ptrdiff_t>(sizeof(T)) != 0) throw std::invalid_argument("a stride is no multiple of an element");
        strides[axis] = bytes / static_cast<std::ptrdiff_t>(sizeof(T));
        next *= given.shape[axis];
    }
    if (reinterpret_cast<std::uintptr_t>(given.data) % alignof(T) != 0 && !is_empty) throw std::invalid_argument("elements are not aligned");
    return strides;
}

template <class T>
auto adapted(const array_ctypes_array &given) {
    Index shape(given.shape, given.shape + given.ndim);
    std::size_t size = 1;
    for (auto length : shape) size *= static_cast<std::size_t>(length);
    return xt::adapt(static_cast<T *>(given.data), size, xt::no_ownership(), shape, in_elements<T>(given));
}

struct Adapt {
    template <class T>
    static View *make(const array_ctypes_array &given) {
        auto array = adapted<T>(given);
        return new Shared<decltype(array)>(std::move(array), given);
    }
};

struct Copy {
    template <class T>
    static View *make(const array_ctypes_array &given) {
        xt::xarray<T> array = adapted<T>(given);
        return new Typed<xt::xarray<T>>(std::move(array));
    }
};

// Makes a view of the type of the elements.
template <class Door>
View *of_type(const array_ctypes_array &given) {
    std::string type = given.typestr;
    const std::uint16_t one = 1;
    const char native = *reinterpret_cast<const char *>(&one) == 1 ? '<' : '>';
    if (type[0] != '|' && type[0] != native) throw std::invalid_argument("elements are in the other byte order");
    type.erase(0, 1);
    if (type == "b1") return Door::template make<bool>(given);
    if (type == "i1") return Door::template make<std::int8_t>(given);
    if (type == "i2") return Door::template make<std::int16_t>(given);
    if (type == "i4") return Door::template make<std::int32_t>(given);
    if (type == "i8") return Door::template make<std::int64_t>(given);
    if (type == "u1") return Door::template make<std::uint8_t>(given);
    if (type == "u2") return Door::template make<std::uint16_t>(given);
    if (type == "u4") return Door::template make<std::uint32_t>(given);
    if (type == "u8") return Door::template make<std::uint64_t>(given);
    if (type == "f4") return Door::template make<float>(given);
    if (type == "f8") return Door::template make<double>(given);
    if (type == "c8") return Door::template make<std::complex<float>>(given);
    if (type == "c16") return Door::template make<std::complex<double>>(given);
    throw std::invalid_argument("no such type of elements");
}

template <class Door>
void *take(const array_ctypes_array *given, char *reason) {
    try {
        return of_type<Door>(*given);
    } catch (const std::exception &error) {
        std::strncpy(reason, error.what(), ARRAY_CTYPES_REASON - 1);
        return nullptr;
    }
}

View *of(void *view) { return static_cast<View *>(view); }
Index index_of(View *view, const intptr_t *index) { return Index(index, index + view->shape().size()); }

#define TEXT(word) #word
#define NUMBER(word) TEXT(word)
#define VERSION NUMBER(XTENSOR_VERSION_MAJOR) "." NUMBER(XTENSOR_VERSION_MINOR) "." NUMBER(XTENSOR_VERSION_PATCH)
#define TYPES "b,i,u,f4,f8,c8,c16"

const array_ctypes_door DOORS[] = {
    {"adapt", TYPES, "strided,negative,overlap,read-only,empty,no-axes", "never", "refuses", 1, 0, take<Adapt>},
    {"xarray", TYPES, "strided,negative,overlap,read-only,empty,no-axes", "always", "refuses", 1, 0, take<Copy>},
};

const array_ctypes_adapter_v1 ADAPTER = {
    ARRAY_CTYPES_ADAPTER_VERSION,
    "xtensor",
    VERSION,
    DOORS,
    sizeof DOORS / sizeof *DOORS,
    [](void *view) { delete of(view); },
    [](void *view) { return of(view)->data(); },
    [](void *view) { return static_cast<int32_t>(of(view)->shape().size()); },
    [](void *view, int32_t axis) { return static_cast<intptr_t>(of(view)->shape()[axis]); },
    [](void *view, int32_t axis) { return static_cast<intptr_t>(of(view)->strides()[axis]); },
    [](void *view) { return of(view)->itemsize(); },
    [](void *view) { return static_cast<int32_t>(of(view)->read_only); },
    [](void *view, const intptr_t *index, void *value) {
        of(view)->get(index_of(of(view), index), value);
        return int32_t{0};
    },
    [](void *view, const intptr_t *index, const void *value) {
        return static_cast<int32_t>(!of(view)->set(index_of(of(view), index), value));
    },
};

}  // namespace

const array_ctypes_adapter_v1 *array_ctypes_adapter(void) { return &ADAPTER; }
