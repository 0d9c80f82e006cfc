"""nanobind as a consumer: functions of C++ with parameters of the type `nb::ndarray`."""

import array_ctypes_kit as kit
import nanobind
import nanobind_consumer as cpp
import numpy_arrays

TYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16"
LAYOUTS = "strided negative overlap empty no-axes"


class Nanobind(kit.Consumer):
    name = "nanobind"
    version = nanobind.__version__

    def produce(self, array, features):
        return numpy_arrays.numpy_array(array)

    # nb::ndarray<T, nb::device::cpu> with noconvert, overloaded for all T
    @kit.door("dlpack-versioned", "ndarray-dlpack-versioned", mutable=True, types=TYPES, accepts=LAYOUTS)
    @kit.door("dlpack", "ndarray-dlpack", mutable=True, types=TYPES, accepts=LAYOUTS)
    @kit.door("buffer", "ndarray-buffer", mutable=True, types=TYPES, accepts=LAYOUTS)
    def ndarray(self, given):
        return cpp.ndarray(given)

    # nb::ndarray<const T, nb::c_contig, nb::device::cpu> with noconvert, overloaded for all T
    @kit.door("dlpack-versioned", "constant-dlpack-versioned", types=TYPES, accepts="read-only empty no-axes")
    @kit.door("buffer", "constant-buffer", types=TYPES, accepts="read-only empty no-axes")
    def constant(self, given):
        return cpp.constant(given)

    # nb::ndarray<nb::ro, nb::device::cpu>, which is any type: the function compares `dtype`
    @kit.door("dlpack-versioned", "untyped-dlpack-versioned", types=TYPES, accepts=LAYOUTS + " read-only")
    @kit.door("buffer", "untyped-buffer", types=TYPES, accepts=LAYOUTS + " read-only")
    def untyped(self, given):
        return cpp.untyped(given)

    # nb::ndarray<T, nb::c_contig, nb::device::cpu>, for each T one function: it may convert what it is given
    @kit.door("object", mutable=True, copies="may", types=TYPES, accepts=LAYOUTS)
    def convert(self, given):
        return getattr(cpp, "convert_" + numpy_arrays.type_name(given.dtype))(given)

    def data(self, made):
        return made.data()


if __name__ == "__main__":
    kit.serve(Nanobind())
