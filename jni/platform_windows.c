/*
** Windows, by functions of KERNEL32 alone. Paths and names are UTF-8, as everywhere in C.
*/
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#define PSAPI_VERSION  2          /* its functions are those of KERNEL32 */
#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

/* Returns the lowest address of the reservation that is the stack of the thread. */
char *platform_stack_bottom (void) {
  MEMORY_BASIC_INFORMATION piece;
  if (VirtualQuery(__builtin_frame_address(0), &piece, sizeof(piece)) == 0) return NULL;
  return (char *)piece.AllocationBase;
}

size_t platform_page_size (void) {
  SYSTEM_INFO system;
  GetSystemInfo(&system);
  return system.dwPageSize;
}

int platform_fence_all (void) {
  FlushProcessWriteBuffers();
  return 1;
}

void platform_yield (void) {
  SwitchToThread();
}

/* Pages of a library cannot be replaced. */
int platform_map (void *start, size_t size, int protection) {
  (void)start; (void)size; (void)protection;
  return 0;
}

void platform_unmap (void *start, size_t size) {
  (void)start; (void)size;
}

static struct Timer {
  HANDLE end;                     /* an event */
  HANDLE thread;
  void (*tick) (void *data);
  void *data;
  DWORD interval;
} timer;

static DWORD WINAPI run_timer (void *unused) {
  (void)unused;
  while (WaitForSingleObject(timer.end, timer.interval) == WAIT_TIMEOUT) timer.tick(timer.data);
  return 0;
}

/*
** Starts the timer, as platform.h says. Windows ticks 64 times a second unless a program asks for
** more.
*/
void platform_start_timer (void (*tick) (void *data), void *data, int interval) {
  timer.tick = tick;
  timer.data = data;
  timer.interval = (DWORD)interval;
  timer.thread = NULL;
  timer.end = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (timer.end == NULL) return;
  timer.thread = CreateThread(NULL, 0, run_timer, NULL, 0, NULL);
  if (timer.thread == NULL) CloseHandle(timer.end);
}

void platform_stop_timer (void) {
  if (timer.thread == NULL) return;
  SetEvent(timer.end);
  WaitForSingleObject(timer.thread, INFINITE);
  CloseHandle(timer.thread);
  CloseHandle(timer.end);
}

/* Returns a copy in UTF-16, which the caller frees; NULL if there is no memory. */
static wchar_t *to_wide (const char *text) {
  int length = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  wchar_t *copy = (wchar_t *)malloc((size_t)length * sizeof(wchar_t));
  if (copy != NULL) MultiByteToWideChar(CP_UTF8, 0, text, -1, copy, length);
  return copy;
}

/* Writes the text of an error of the system, without the end of its line. */
static void describe (DWORD error, char *message, size_t size) {
  wchar_t text[256];
  DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                error, 0, text, sizeof(text) / sizeof(text[0]), NULL);
  int written;
  while (length > 0 && (text[length - 1] == L'\r' || text[length - 1] == L'\n')) length--;
  written = WideCharToMultiByte(CP_UTF8, 0, text, (int)length, message, (int)size - 1, NULL, NULL);
  message[written] = '\0';
  if (written == 0) snprintf(message, size, "error %lu", (unsigned long)error);
}

void *platform_open_library (const char *path, int global, char *message, size_t size) {
  wchar_t *file = to_wide(path);
  /* so that what it depends on is searched in its own folder */
  HMODULE library = file == NULL ? NULL : LoadLibraryExW(file, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  char why[512];
  (void)global;                   /* no symbol is */
  if (library == NULL) {
    describe(file == NULL ? ERROR_NOT_ENOUGH_MEMORY : GetLastError(), why, sizeof(why));
    snprintf(message, size, "%s: %s", path, why);
  }
  free(file);
  return library;
}

void *platform_opened_library (const char *path) {
  wchar_t *file = to_wide(path);
  HMODULE library = NULL;
  if (file != NULL && !GetModuleHandleExW(0, file, &library)) library = NULL;
  free(file);
  return library;
}

void *platform_library_around (const void *address) {
  HMODULE library;
  return GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)address, &library)
      ? library : NULL;
}

void platform_close_library (void *library) {
  FreeLibrary((HMODULE)library);
}

void *platform_find (void *library, const char *name) {
  return (void *)(uintptr_t)GetProcAddress((HMODULE)library, name);
}

void *platform_find_global (const char *name) {
  (void)name;
  return NULL;
}

void *platform_find_own (void *library, const char *file, const char *name) {
  (void)file;
  return platform_find(library, name);
}

void *platform_find_around (const void *address, const char *name) {
  void *library = platform_library_around(address);
  void *found;
  if (library == NULL) return NULL;
  found = platform_find(library, name);
  platform_close_library(library);
  return found;
}

/* Returns a list, which the caller frees, and their number. */
static HMODULE *list_libraries (size_t *count) {
  DWORD size = 1024 * sizeof(HMODULE), needed;
  HMODULE *list = NULL;
  *count = 0;
  do {
    HMODULE *grown = (HMODULE *)realloc(list, size *= 2);
    if (grown == NULL) return list;
    list = grown;
    if (!EnumProcessModules(GetCurrentProcess(), list, size, &needed)) return list;
  } while (needed > size);
  *count = needed / sizeof(HMODULE);
  return list;
}

void *platform_search_libraries (void *(*visit) (void *library, const char *file, const void *data),
                                 const void *data) {
  size_t count, i;
  HMODULE *list = list_libraries(&count);
  void *found = NULL;
  for (i = 1; i < count && found == NULL; i++) {  /* the first is the main program */
    void *library = platform_library_around(list[i]);
    wchar_t name[MAX_PATH];
    char file[3 * MAX_PATH + 1];
    if (library == NULL) continue;
    if (library == list[i] && GetModuleFileNameW((HMODULE)library, name, MAX_PATH) > 0
        && WideCharToMultiByte(CP_UTF8, 0, name, -1, file, sizeof(file), NULL, NULL) > 0)
      found = visit(library, file, data);
    platform_close_library(library);
  }
  free(list);
  return found;
}

uint64_t platform_file_at (const char *path) {
  wchar_t *file = to_wide(path);
  BY_HANDLE_FILE_INFORMATION found;
  HANDLE handle = file == NULL ? INVALID_HANDLE_VALUE
      : CreateFileW(file, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                    OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  uint64_t number = 0;
  free(file);
  if (handle != INVALID_HANDLE_VALUE) {
    if (GetFileInformationByHandle(handle, &found))
      number = ((uint64_t)found.dwVolumeSerialNumber * 0x9e3779b97f4a7c15ull)
          ^ ((uint64_t)found.nFileIndexHigh << 32 | found.nFileIndexLow);
    CloseHandle(handle);
  }
  return number == 0 ? 1 : number;
}
