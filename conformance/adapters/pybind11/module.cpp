// Functions of C++ that are handed arrays by pybind11, and what they see of them.
#include <complex>
#include <cstdint>
#include <memory>
#include <numeric>
#include <pybind11/complex.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

using Numbers = std::vector<py::ssize_t>;

// What a door made, of any element type.
struct Taken {
    virtual ~Taken() = default;
    virtual std::uintptr_t data() = 0;
    virtual Numbers shape() = 0;
    virtual Numbers strides() = 0;
    virtual py::ssize_t itemsize() = 0;
    virtual py::ssize_t size() = 0;
    virtual bool readonly() = 0;
    virtual py::object value(const Numbers &index) = 0;
    virtual void put(const Numbers &index, const py::object &value) = 0;
};

using Made = std::unique_ptr<Taken>;

// Calls a variadic accessor with up to four indices; it has to know their number when it is compiled.
template <class Access> auto at(Access access, const Numbers &i) -> decltype(access()) {
    switch (i.size()) {
    case 0: return access();
    case 1: return access(i[0]);
    case 2: return access(i[0], i[1]);
    case 3: return access(i[0], i[1], i[2]);
    case 4: return access(i[0], i[1], i[2], i[3]);
    default: return nullptr;
    }
}

// An element as the documentation finds it from a pointer and strides.
template <class T> T *by_hand(T *data, const Numbers &index, const Numbers &strides) {
    auto offset = std::inner_product(index.begin(), index.end(), strides.begin(), py::ssize_t(0));
    return reinterpret_cast<T *>(reinterpret_cast<std::uintptr_t>(data) + offset);
}

template <class T, int Flags> struct Array : Taken {
    using Of = py::array_t<T, Flags>;
    Of array;

    explicit Array(Of given) : array(std::move(given)) {}
    std::uintptr_t data() override { return reinterpret_cast<std::uintptr_t>(array.data()); }
    Numbers shape() override { return Numbers(array.shape(), array.shape() + array.ndim()); }
    Numbers strides() override { return Numbers(array.strides(), array.strides() + array.ndim()); }
    py::ssize_t itemsize() override { return array.itemsize(); }
    py::ssize_t size() override { return array.size(); }
    bool readonly() override { return !array.writeable(); }

    py::object value(const Numbers &index) override {
        auto *found = at([&](auto... i) { return array.data(i...); }, index);
        return py::cast(*(found ? found : by_hand(array.data(), index, strides())));
    }

    void put(const Numbers &index, const py::object &value) override {
        auto *found = at([&](auto... i) { return array.mutable_data(i...); }, index);
        *(found ? found : by_hand(array.mutable_data(), index, strides())) = value.cast<T>();
    }
};

template <class T> struct Buffer : Taken {
    py::buffer_info info;

    explicit Buffer(py::buffer_info given) : info(std::move(given)) {}
    std::uintptr_t data() override { return reinterpret_cast<std::uintptr_t>(info.ptr); }
    Numbers shape() override { return info.shape; }
    Numbers strides() override { return info.strides; }
    py::ssize_t itemsize() override { return info.itemsize; }
    py::ssize_t size() override { return info.size; }
    bool readonly() override { return info.readonly; }
    py::object value(const Numbers &index) override {
        return py::cast(*by_hand(static_cast<T *>(info.ptr), index, info.strides));
    }

    void put(const Numbers &index, const py::object &value) override {
        if (info.readonly)
            throw py::value_error("the buffer is read-only");
        *by_hand(static_cast<T *>(info.ptr), index, info.strides) = value.cast<T>();
    }
};

template <class T> bool take_buffer(py::buffer_info &info, Made &made) {
    if (!made && info.item_type_is_equivalent_to<T>())
        made = std::make_unique<Buffer<T>>(std::move(info));
    return bool(made);
}

template <class... T> Made request(const py::buffer &given, bool writable) {
    auto info = given.request(writable);
    Made made;
    if (!(take_buffer<T>(info, made) || ...))
        throw py::type_error("no element type of C++ is meant by " + info.format);
    return made;
}

template <class T, int Flags> Made take(py::array_t<T, Flags> given) {
    return std::make_unique<Array<T, Flags>>(std::move(given));
}

template <class T> void define(py::module_ &m, const std::string &type) {
    m.def("array", &take<T, 0>, py::arg("given").noconvert());
    m.def(("convert_" + type).c_str(), &take<T, py::array::forcecast>);
    m.def(("c_style_" + type).c_str(), &take<T, py::array::c_style | py::array::forcecast>);
}

#define TYPES                                                                                                               \
    bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, \
        float, double, std::complex<float>, std::complex<double>

template <class... T> void define_all(py::module_ &m, std::initializer_list<const char *> names) {
    auto name = names.begin();
    (define<T>(m, *name++), ...);
}

PYBIND11_MODULE(pybind11_consumer, m) {
    py::class_<Taken>(m, "Taken")
        .def("data", &Taken::data)
        .def_property_readonly("shape", &Taken::shape)
        .def_property_readonly("strides", &Taken::strides)
        .def_property_readonly("itemsize", &Taken::itemsize)
        .def_property_readonly("size", &Taken::size)
        .def_property_readonly("readonly", &Taken::readonly)
        .def("__getitem__", &Taken::value)
        .def("__setitem__", &Taken::put);
    define_all<TYPES>(m, {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"});
    m.def("request", [](const py::buffer &given) { return request<TYPES>(given, false); });
    m.def("request_writable", [](const py::buffer &given) { return request<TYPES>(given, true); });
}
