"""Python's C interface. CPython's is in `ctypes.pythonapi`. PyPy's can only be called from C: if there is a compiler, and PyPy's
headers, the kit builds an extension module that calls the few functions in need."""

import ctypes
import functools
import importlib.machinery
import importlib.util
import os
import sysconfig

from .compiler import built

C_SOURCE = r"""
#include <Python.h>
#include <stddef.h>

/* The members that all Pythons have. PyPy's structure is larger, so the last member leads to it. */
struct view {
    char members[offsetof(Py_buffer, internal)];
    Py_buffer *whole;
};

static PyObject *get_buffer(PyObject *self, PyObject *arguments)
{
    PyObject *exporter;
    Py_ssize_t address;
    int flags;
    Py_buffer *whole;
    if (!PyArg_ParseTuple(arguments, "Oni", &exporter, &address, &flags))
        return NULL;
    whole = calloc(1, sizeof *whole);
    if (whole == NULL)
        return PyErr_NoMemory();
    if (PyObject_GetBuffer(exporter, whole, flags) < 0) {
        free(whole);
        return NULL;
    }
    memcpy((void *)address, whole, offsetof(Py_buffer, internal));
    ((struct view *)address)->whole = whole;
    return PyLong_FromLong(0);
}

static PyObject *release(PyObject *self, PyObject *arguments)
{
    Py_ssize_t address;
    Py_buffer *whole;
    if (!PyArg_ParseTuple(arguments, "n", &address))
        return NULL;
    whole = ((struct view *)address)->whole;
    PyBuffer_Release(whole);
    free(whole);
    memset((void *)address, 0, sizeof(struct view));
    Py_RETURN_NONE;
}

static PyObject *get_name(PyObject *self, PyObject *arguments)
{
    PyObject *capsule;
    const char *name;
    if (!PyArg_ParseTuple(arguments, "O", &capsule))
        return NULL;
    name = PyCapsule_GetName(capsule);
    if (name == NULL && PyErr_Occurred())
        return NULL;
    return Py_BuildValue("y", name);
}

static PyObject *get_pointer(PyObject *self, PyObject *arguments)
{
    PyObject *capsule, *name;
    void *pointer;
    if (!PyArg_ParseTuple(arguments, "OO", &capsule, &name))
        return NULL;
    pointer = PyCapsule_GetPointer(capsule, name == Py_None ? NULL : PyBytes_AsString(name));
    return pointer == NULL ? NULL : PyLong_FromVoidPtr(pointer);
}

static PyObject *repr(PyObject *self, PyObject *arguments)
{
    Py_ssize_t address;
    if (!PyArg_ParseTuple(arguments, "n", &address))
        return NULL;
    return PyObject_Repr((PyObject *)address);
}

static PyMethodDef methods[] = {
    {"PyObject_GetBuffer", get_buffer, METH_VARARGS, NULL},
    {"PyBuffer_Release", release, METH_VARARGS, NULL},
    {"PyCapsule_GetName", get_name, METH_VARARGS, NULL},
    {"PyCapsule_GetPointer", get_pointer, METH_VARARGS, NULL},
    {"PyObject_Repr", repr, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "array_ctypes_api", NULL, -1, methods};

PyMODINIT_FUNC PyInit_array_ctypes_api(void)
{
    return PyModule_Create(&module);
}
"""


@functools.lru_cache(None)
def python_api(result, name, *arguments):
    """Returns a function of Python's C interface with these types, whatever types other code declares for it."""
    if hasattr(ctypes, "pythonapi"):
        return ctypes.PYFUNCTYPE(result, *arguments)((name, ctypes.pythonapi))
    return getattr(_extension(), name)  # if there is none, the answer is that exception


def has_python_api():
    """Returns true if buffers and capsules can be looked into."""
    return hasattr(ctypes, "pythonapi") or _extension() is not None


@functools.lru_cache(1)
def _extension():
    """Returns the extension module; None if it cannot be built."""
    headers = sysconfig.get_paths()["include"]
    if not os.path.exists(os.path.join(headers, "Python.h")):
        return None
    return built(C_SOURCE, _load, "-I" + headers)


def _load(path):
    loader = importlib.machinery.ExtensionFileLoader("array_ctypes_api", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("array_ctypes_api", loader))
    loader.exec_module(module)
    return module
