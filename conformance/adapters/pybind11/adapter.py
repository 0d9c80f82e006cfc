"""pybind11 as a consumer: functions of C++ with parameters of its types."""

import array_ctypes_kit as kit
import numpy as np
import numpy_arrays
import pybind11
import pybind11_consumer as cpp

TYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16"
LAYOUTS = "strided negative odd-strides overlap read-only empty no-axes"
CONVERTED = LAYOUTS + " swapped"


def function(prefix, given):
    """Returns the function for elements of the type of an array: who calls a function of C++ knows which type it takes."""
    return getattr(cpp, prefix + numpy_arrays.type_name(np.asarray(given).dtype))


class Pybind11(kit.Consumer):
    name = "pybind11"
    version = pybind11.__version__
    limits = {"max_dimensions": 64}  # NumPy has no others

    def produce(self, array, features):
        return numpy_arrays.numpy_array(array)

    # py::array_t<T, 0> with noconvert, overloaded for all T
    @kit.door("object", mutable=True, types=TYPES, accepts=LAYOUTS)
    def array(self, given):
        return cpp.array(given)

    # py::array_t<T>, as it is written most often
    @kit.door("object", "convert", mutable=True, copies="may", types=TYPES, accepts=CONVERTED)
    @kit.door("interface", "convert-interface", mutable=True, copies="may", types=TYPES, accepts=CONVERTED)
    @kit.door("buffer", "convert-buffer", mutable=True, copies="may", types=TYPES, accepts=CONVERTED)
    def convert(self, given):
        return function("convert_", given)(given)

    # py::array_t<T, py::array::c_style | py::array::forcecast>
    @kit.door("object", "c_style", mutable=True, copies="may", types=TYPES, accepts=CONVERTED)
    def c_style(self, given):
        return function("c_style_", given)(given)

    # py::array_t<double>, whatever the type of the elements
    @kit.door("object", "double", mutable=True, copies="may", types="f8", accepts=CONVERTED)
    def double(self, given):
        return cpp.convert_f8(given)

    # py::buffer, and the type by buffer_info::item_type_is_equivalent_to
    @kit.door("buffer", mutable=True, types=TYPES, accepts=LAYOUTS)
    def request(self, given):
        return cpp.request(given)

    @kit.door("buffer", mutable=True, types=TYPES, accepts=LAYOUTS.replace(" read-only", ""))
    def request_writable(self, given):
        return cpp.request_writable(given)

    def data(self, made):
        return made.data()

    def bytes(self, made, index):
        raise kit.Declined("elements are of a type of C++")


if __name__ == "__main__":
    kit.serve(Pybind11())
