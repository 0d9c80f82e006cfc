// Functions of C++ that are handed arrays by nanobind, and what they see of them.
#include <complex>
#include <cstdint>
#include <memory>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/complex.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>
#include <string>
#include <type_traits>

namespace nb = nanobind;

using Numbers = std::vector<std::int64_t>;

// What a door made, of any element type.
struct Taken {
    virtual ~Taken() = default;
    virtual std::uintptr_t data() = 0;
    virtual Numbers shape() = 0;
    virtual Numbers strides() = 0;
    virtual std::size_t itemsize() = 0;
    virtual std::size_t size() = 0;
    virtual bool readonly() = 0;
    virtual nb::object value(const Numbers &index) = 0;
    virtual void put(const Numbers &index, nb::handle value) = 0;
};

using Made = std::unique_ptr<Taken>;

// The view of an array of two axes, and so on, finds elements by its own; beyond three axes, the pointer and the strides do.
template <class T, class Of> T *element(const Of &array, const Numbers &i) {
    switch (i.size()) {
    case 1: return &array.template view<T, nb::ndim<1>>()(i[0]);
    case 2: return &array.template view<T, nb::ndim<2>>()(i[0], i[1]);
    case 3: return &array.template view<T, nb::ndim<3>>()(i[0], i[1], i[2]);
    }
    auto *found = static_cast<T *>(array.data());
    for (std::size_t axis = 0; axis < i.size(); ++axis)
        found += i[axis] * array.stride(axis);
    return found;
}

// An array of C++, whose elements are of a type T.
template <class T, class Of> struct Array : Taken {
    Of array;

    explicit Array(Of given) : array(std::move(given)) {}
    std::uintptr_t data() override { return reinterpret_cast<std::uintptr_t>(array.data()); }
    Numbers shape() override { return Numbers(array.shape_ptr(), array.shape_ptr() + array.ndim()); }

    Numbers strides() override {
        Numbers bytes;
        for (std::size_t axis = 0; axis < array.ndim(); ++axis)
            bytes.push_back(array.stride(axis) * std::int64_t(array.itemsize()));
        return bytes;
    }

    std::size_t itemsize() override { return array.itemsize(); }
    std::size_t size() override { return array.size(); }
    bool readonly() override { return Of::ReadOnly; }
    nb::object value(const Numbers &index) override { return nb::cast(std::remove_const_t<T>(*element<T>(array, index))); }

    void put(const Numbers &index, nb::handle value) override {
        if constexpr (Of::ReadOnly)
            throw nb::type_error("the elements are constant");
        else
            *element<T>(array, index) = nb::cast<T>(value);
    }
};

template <class T, class Of> Made take(Of given) { return std::make_unique<Array<T, Of>>(std::move(given)); }

template <class T> using Mutable = nb::ndarray<T, nb::device::cpu>;
template <class T> using Constant = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
template <class T> using Contiguous = nb::ndarray<T, nb::c_contig, nb::device::cpu>;
using Untyped = nb::ndarray<nb::ro, nb::device::cpu>;

template <class T> void take_untyped(Untyped &given, Made &made) {
    if (given.is_valid() && given.dtype() == nb::dtype<T>())
        made = take<const T>(std::move(given));
}

template <class... T> Made untyped(Untyped given) {
    Made made;
    (take_untyped<T>(given, made), ...);
    if (!made)
        throw nb::type_error("no such element type in C++");
    return made;
}

template <class T> void define(nb::module_ &m, const std::string &type) {
    m.def("ndarray", &take<T, Mutable<T>>, nb::arg("given").noconvert());
    m.def("constant", &take<const T, Constant<T>>, nb::arg("given").noconvert());
    m.def(("convert_" + type).c_str(), &take<T, Contiguous<T>>, nb::arg("given"));
}

#define TYPES                                                                                                               \
    bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, \
        float, double, std::complex<float>, std::complex<double>

template <class... T> void define_all(nb::module_ &m, std::initializer_list<const char *> names) {
    auto name = names.begin();
    (define<T>(m, *name++), ...);
}

NB_MODULE(nanobind_consumer, m) {
    nb::class_<Taken>(m, "Taken")
        .def("data", &Taken::data)
        .def_prop_ro("shape", &Taken::shape)
        .def_prop_ro("strides", &Taken::strides)
        .def_prop_ro("itemsize", &Taken::itemsize)
        .def_prop_ro("size", &Taken::size)
        .def_prop_ro("readonly", &Taken::readonly)
        .def("__getitem__", &Taken::value)
        .def("__setitem__", &Taken::put);
    define_all<TYPES>(m, {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"});
    m.def("untyped", &untyped<TYPES>, nb::arg("given").noconvert());
}
