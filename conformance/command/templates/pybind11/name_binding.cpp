// Functions of C++ that are handed arrays by pybind11, and what they see of them. {{name}}_consumer.py calls them.
//
//     c++ -O1 -std=c++17 -shared -fPIC $(python3 -m pybind11 --includes) {{name}}_binding.cpp \
//         -o {{name}}_binding$(python3 -c "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))")
//
// On macOS add -undefined dynamic_lookup.
//
// The first run is green, and that says nothing about {{name}}: until you replace it, View is the stand-in for what
// {{name}} makes of an array. Replace View by that, such as an Eigen::Map or your own matrix, and take_array and
// take_buffer by the ways in which your bindings take arrays: with the same types of parameters, and with the same
// checks.
#include <cstdint>
#include <memory>
#include <numeric>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <vector>

namespace py = pybind11;

using Numbers = std::vector<py::ssize_t>;

// STAND-IN: an address, lengths and byte strides. `owner` keeps the memory.
struct View {
    const double *data;
    Numbers shape, strides;
    bool readonly;
    std::shared_ptr<void> owner;

    double *at(const Numbers &index) const {
        auto offset = std::inner_product(index.begin(), index.end(), strides.begin(), py::ssize_t(0));
        return reinterpret_cast<double *>(reinterpret_cast<std::uintptr_t>(data) + offset);
    }
};

// A parameter of the type py::array_t, which pybind11 does not convert: see `noconvert` below. Without that, and with
// the flag py::array::forcecast, which is the default, it converts elements of every type, and complex numbers lose a
// part.
View take_array(py::array_t<double, 0> given) {
    Numbers shape(given.shape(), given.shape() + given.ndim());
    Numbers strides(given.strides(), given.strides() + given.ndim());
    return {given.data(), shape, strides, !given.writeable(), std::make_shared<py::object>(given)};
}

// A parameter of the type py::buffer. Who looks at the pointer has to look at the type of the elements first.
View take_buffer(const py::buffer &given) {
    auto info = std::make_shared<py::buffer_info>(given.request());
    if (!info->item_type_is_equivalent_to<double>())
        throw py::type_error("expected elements of the type double, found " + info->format);
    return {static_cast<const double *>(info->ptr), info->shape, info->strides, info->readonly, info};
}

PYBIND11_MODULE({{name}}_binding, m) {
    // What {{name}} sees. Strides are in bytes: if {{name}} counts elements, multiply here.
    py::class_<View>(m, "View")
        .def_property_readonly("data", [](const View &view) { return reinterpret_cast<std::uintptr_t>(view.data); })
        .def_readonly("shape", &View::shape)
        .def_readonly("strides", &View::strides)
        .def_readonly("readonly", &View::readonly)
        .def_property_readonly("itemsize", [](const View &) { return sizeof(double); })
        .def("__getitem__", [](const View &view, const Numbers &index) { return *view.at(index); })
        .def("__setitem__", [](const View &view, const Numbers &index, double value) {
            if (view.readonly) throw py::value_error("the elements cannot be written to");
            *view.at(index) = value;
        });
    m.def("take_array", &take_array, py::arg("given").noconvert());
    m.def("take_buffer", &take_buffer);
}

// nanobind is asked in the same way. A parameter of the type nb::ndarray<double, nb::device::cpu>, with
// nb::arg("given").noconvert(), takes both NumPy arrays and capsules of DLPack: declare it as doors of the kinds
// "dlpack-versioned", "dlpack" and "buffer". Its method stride(axis) counts elements, and an array without elements
// that can be written to is nb::ndarray<nb::ro, …>.
