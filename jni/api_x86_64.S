/*
** The jumps of lupine-modules for x86-64: each goes to the entry of its number, with all registers
** but r10 and r11 as they were.
*/
#if LUPINE_TLS_DYNAMIC
/* The call leaves all registers but rax as they were. */
#define ENTRIES \
  movq %rax, %r10; \
  leaq lupine_api_entries@tlsdesc(%rip), %rax; \
  call *lupine_api_entries@tlscall(%rax); \
  movq %fs:(%rax), %r11; \
  movq %r10, %rax
#else
#define ENTRIES \
  movq lupine_api_entries@gottpoff(%rip), %r11; \
  movq %fs:(%r11), %r11
#endif

#define API(index, name) \
  .globl name; .type name, @function; .p2align 4; \
name: \
  ENTRIES; \
  testq %r11, %r11; \
  cmovzq lupine_api_first(%rip), %r11; \
  movl $index, %r10d; \
  jmpq *(8 * index)(%r11); \
  .size name, . - name

  .text
#include "api_names.inc"

/* Asks where the name of number r10 leads, and goes there with the arguments that came. */
  .hidden lupine_api_lacking
  .globl lupine_api_lacking
  .type lupine_api_lacking, @function
  .p2align 4
lupine_api_lacking:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  subq $192, %rsp
  movq %rdi, (%rsp)
  movq %rsi, 8(%rsp)
  movq %rdx, 16(%rsp)
  movq %rcx, 24(%rsp)
  movq %r8, 32(%rsp)
  movq %r9, 40(%rsp)
  movq %rax, 48(%rsp)
  movaps %xmm0, 64(%rsp)
  movaps %xmm1, 80(%rsp)
  movaps %xmm2, 96(%rsp)
  movaps %xmm3, 112(%rsp)
  movaps %xmm4, 128(%rsp)
  movaps %xmm5, 144(%rsp)
  movaps %xmm6, 160(%rsp)
  movaps %xmm7, 176(%rsp)
  movl %r10d, %edi
  movq 8(%rbp), %rsi
  call lupine_api_resolve
  movq %rax, %r11
  movq (%rsp), %rdi
  movq 8(%rsp), %rsi
  movq 16(%rsp), %rdx
  movq 24(%rsp), %rcx
  movq 32(%rsp), %r8
  movq 40(%rsp), %r9
  movq 48(%rsp), %rax
  movaps 64(%rsp), %xmm0
  movaps 80(%rsp), %xmm1
  movaps 96(%rsp), %xmm2
  movaps 112(%rsp), %xmm3
  movaps 128(%rsp), %xmm4
  movaps 144(%rsp), %xmm5
  movaps 160(%rsp), %xmm6
  movaps 176(%rsp), %xmm7
  leave
  .cfi_def_cfa %rsp, 8
  jmpq *%r11
  .cfi_endproc
  .size lupine_api_lacking, . - lupine_api_lacking

  .section .note.GNU-stack, "", @progbits
