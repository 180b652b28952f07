/*
** What libgcc asks of glibc where GCC was built for glibc and compiles for musl. LuaJIT raises its
** errors by the unwinder in libgcc, which finds the unwind tables of a function this way.
*/
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>

/* struct dl_find_object of glibc, in its layout on x86-64 and AArch64. */
typedef struct Object {
  unsigned long long flags;
  void *start, *end;              /* of what is mapped */
  struct link_map *map;
  void *eh_frame;                 /* its segment PT_GNU_EH_FRAME */
  unsigned long long reserved[7];
} Object;

typedef struct Wanted {
  uintptr_t address;
  Object *object;
} Wanted;

int _dl_find_object (void *address, Object *object);
unsigned long __getauxval (unsigned long type);

static Object own;                /* this library, in which most of the functions are */

static int visit (struct dl_phdr_info *info, size_t size, void *data) {
  const Wanted *wanted = (const Wanted *)data;
  const void *eh_frame = NULL;
  uintptr_t start = UINTPTR_MAX, end = 0;
  int i, has = 0;
  (void)size;
  for (i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    uintptr_t from = info->dlpi_addr + segment->p_vaddr;
    if (segment->p_type == PT_GNU_EH_FRAME) eh_frame = (const void *)from;
    if (segment->p_type != PT_LOAD) continue;
    if (from < start) start = from;
    if (from + segment->p_memsz > end) end = from + segment->p_memsz;
    if (wanted->address - from < segment->p_memsz) has = 1;
  }
  if (!has || eh_frame == NULL) return 0;
  wanted->object->start = (void *)start;
  wanted->object->end = (void *)end;
  wanted->object->eh_frame = (void *)(uintptr_t)eh_frame;
  return 1;
}

/* Returns 0, or -1 if no library with unwind tables has this address. */
int _dl_find_object (void *address, Object *object) {
  Wanted wanted;
  if (address >= own.start && address < own.end) {
    *object = own;
    return 0;
  }
  wanted.address = (uintptr_t)address;
  wanted.object = object;
  return dl_iterate_phdr(visit, &wanted) == 1 ? 0 : -1;
}

/* Tells libgcc on AArch64 whether the processor has atomic instructions. */
unsigned long __getauxval (unsigned long type) {
  return getauxval(type);
}

__attribute__((constructor)) static void find_own (void) {
  Wanted wanted;
  wanted.address = (uintptr_t)&find_own;
  wanted.object = &own;
  dl_iterate_phdr(visit, &wanted);
}
