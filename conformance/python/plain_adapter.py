"""The adapter of `plain_arrays`, and the base of the twins that are not made of NumPy."""

import array_ctypes_kit as kit
import plain_arrays as plain

kit.C_TYPES.setdefault("c_intp", plain.c_intp)
VIEWS = ["index", "slice", "reverse", "transpose", "newaxis", "broadcast", "field"]


class Plain(kit.Adapter):
    name, version = "plain", "1"
    profiles = ["core", "ctypes", "lifetime", "holds", "interface", "import"]
    limits = {"kinds": "biufcmMSUV", "views": VIEWS}
    arrays = plain.Array

    def dtype(self, typestr):
        return plain.plain_type(typestr)

    def record(self, fields, size, aligned):
        return plain.record_type(fields, size, aligned)

    def item_size(self, dtype):
        return dtype.size

    def array(self, memory, dtype, offset, shape, strides):
        size, read_only = len(memory.view), memory.view.readonly
        return self.arrays.over(memory.block, memory.address, size, dtype, offset, shape, strides, read_only)

    def index(self, array, axis, at):
        return array.pick(axis, at)

    def slice(self, array, axis, start, stop, step):
        return array.cut(axis, slice(start, stop, step))

    def transpose(self, array, axes):
        return array.permute(axes)

    def newaxis(self, array, axis):
        return array.add_axis(axis)

    def broadcast(self, array, shape):
        return array.repeat(shape)

    def field(self, array, name):
        return array.take_field(name)

    def alias(self, array):
        return array.same()

    def data(self, array):
        return array.address

    def shape(self, array):
        return array.shape

    def strides(self, array):
        return array.strides

    def itemsize(self, array):
        return array.dtype.size

    def item(self, array, index):
        return array.item(index)

    def write_item(self, array, raw, index):
        array.set_item(raw, index)

    def flag(self, array, name):
        axes = range(len(array.shape))
        if name == "aligned":
            return array.is_aligned()
        if name == "writeable":
            return not array.read_only
        return array.is_contiguous(axes if name == "f_contiguous" else axes[::-1])

    def alignment(self, array):
        return array.dtype.alignment

    def import_array(self, exporter):
        return plain.imported(exporter, self.arrays)


if __name__ == "__main__":
    kit.serve(Plain())
