/* Stands in for Windows' library of that name, which Wine 8 lacks: the one function that Rust's standard library takes its
   random numbers from, by an older one that Wine has. */
#include <stddef.h>
#include <windows.h>
#include <ntsecapi.h> /* RtlGenRandom, which advapi32 exports as SystemFunction036 */

#define CHUNK 0x10000000

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
  while (size > 0) {
    ULONG part = size < CHUNK ? (ULONG)size : CHUNK;
    if (!RtlGenRandom(data, part)) return FALSE;
    data += part;
    size -= part;
  }
  return TRUE;
}
