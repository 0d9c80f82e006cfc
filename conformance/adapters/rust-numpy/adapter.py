"""The crate `numpy` as a consumer: functions of Rust that borrow NumPy arrays, for each element type one."""

import array_ctypes_kit as kit
import numpy_arrays
import rust_numpy_consumer as rust

TYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16"
LAYOUTS = "strided negative odd-strides empty no-axes"


class RustNumPy(kit.Consumer):
    name = "rust-numpy"
    version = "0.30.0"
    # NumPy makes the arrays, so there are no others.
    limits = {"max_dimensions": 64}

    def produce(self, array, features):
        return numpy_arrays.numpy_array(array)

    # A shared borrow offers no way to write.
    @kit.door("object", types=TYPES, accepts=LAYOUTS + " overlap read-only", unaligned="refuses")
    def readonly(self, given):
        return rust.readonly(numpy_arrays.type_name(given.dtype), given)

    # "... ensure that safe Rust code is unable to violate these requirements on its own": one reference that may write.
    @kit.door("object", types=TYPES, accepts=LAYOUTS, mutable=True, exclusive=True, unaligned="refuses")
    def readwrite(self, given):
        return rust.readwrite(numpy_arrays.type_name(given.dtype), given)

    def data(self, made):
        return made.data()


if __name__ == "__main__":
    kit.serve(RustNumPy())
