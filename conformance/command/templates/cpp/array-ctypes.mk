# Builds the adapter of {{name}}, and checks it: make -f array-ctypes.mk check
# After an upgrade of array-ctypes, remove array-ctypes-kit: then the new header is written.
CXXFLAGS ?= -O1 -g -Wall -Wextra

lib{{name}}_adapter.so: {{name}}_adapter.cpp array-ctypes-kit/array_ctypes_adapter.h
	$(CXX) $(CXXFLAGS) -std=c++17 -shared -fPIC -Iarray-ctypes-kit -o $@ $<

array-ctypes-kit/array_ctypes_adapter.h:
	array-ctypes kit --write array-ctypes-kit

.PHONY: check
check: lib{{name}}_adapter.so
	array-ctypes check --library ./$<
