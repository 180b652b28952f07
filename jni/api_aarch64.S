/*
** The jumps of lupine-modules for AArch64: each goes to the entry of its number, with all registers
** but x15, x16 and x17 as they were.
*/
#if LUPINE_TLS_DYNAMIC
/* The call leaves all registers but x0, x1 and x30 as they were. */
#define ENTRIES \
  stp x0, x1, [sp, -32]!; \
  str x30, [sp, 16]; \
  adrp x0, :tlsdesc:lupine_api_entries; \
  ldr x1, [x0, :tlsdesc_lo12:lupine_api_entries]; \
  add x0, x0, :tlsdesc_lo12:lupine_api_entries; \
  .tlsdesccall lupine_api_entries; \
  blr x1; \
  mrs x17, tpidr_el0; \
  ldr x16, [x17, x0]; \
  ldr x30, [sp, 16]; \
  ldp x0, x1, [sp], 32
#else
#define ENTRIES \
  adrp x16, :gottprel:lupine_api_entries; \
  ldr x16, [x16, :gottprel_lo12:lupine_api_entries]; \
  mrs x17, tpidr_el0; \
  ldr x16, [x17, x16]
#endif

#define API(index, name) \
  .globl name; .type name, %function; .p2align 4; \
name: \
  hint 34; /* bti c */ \
  ENTRIES; \
  mov w15, index; \
  cbz x16, lupine_api_outside; \
  ldr x16, [x16, 8 * index]; \
  br x16; \
  .size name, . - name

  .text
#include "api_names.inc"

/* In a thread where no flavour runs: the entry of number x15 of the first flavour. */
  .type lupine_api_outside, %function
  .p2align 4
lupine_api_outside:
  adrp x16, lupine_api_first
  ldr x16, [x16, :lo12:lupine_api_first]
  ldr x16, [x16, w15, uxtw 3]
  br x16
  .size lupine_api_outside, . - lupine_api_outside

/* Asks where the name of number x15 leads, and goes there with the arguments that came. */
  .hidden lupine_api_lacking
  .globl lupine_api_lacking
  .type lupine_api_lacking, %function
  .p2align 4
lupine_api_lacking:
  .cfi_startproc
  hint 34
  stp x29, x30, [sp, -224]!
  .cfi_def_cfa_offset 224
  .cfi_offset 29, -224
  .cfi_offset 30, -216
  mov x29, sp
  stp x0, x1, [sp, 16]
  stp x2, x3, [sp, 32]
  stp x4, x5, [sp, 48]
  stp x6, x7, [sp, 64]
  str x8, [sp, 80]
  stp q0, q1, [sp, 96]
  stp q2, q3, [sp, 128]
  stp q4, q5, [sp, 160]
  stp q6, q7, [sp, 192]
  mov w0, w15
  mov x1, x30
  bl lupine_api_resolve
  mov x16, x0
  ldp x0, x1, [sp, 16]
  ldp x2, x3, [sp, 32]
  ldp x4, x5, [sp, 48]
  ldp x6, x7, [sp, 64]
  ldr x8, [sp, 80]
  ldp q0, q1, [sp, 96]
  ldp q2, q3, [sp, 128]
  ldp q4, q5, [sp, 160]
  ldp q6, q7, [sp, 192]
  ldp x29, x30, [sp], 224
  .cfi_def_cfa_offset 0
  .cfi_restore 29
  .cfi_restore 30
  br x16
  .cfi_endproc
  .size lupine_api_lacking, . - lupine_api_lacking

  .section .note.GNU-stack, "", %progbits
