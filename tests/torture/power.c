/* Remembers what each write and truncation of a watched file replaced, until the file is flushed.
   One journal per open file path; a flush empties it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

static void init(void) {
  if (real_pwrite) return;
  real_write = dlsym(RTLD_NEXT, "write");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
}

/* Whether fd is a watched file; its path and its journal's path if so. */
static int watched(int fd, char *path, char *journal) {
  const char *watch = getenv("POWER_WATCH"), *undo = getenv("POWER_UNDO");
  if (!watch || !undo) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, 4095);
  if (n <= 0) return 0;
  path[n] = 0;
  size_t prefix = strlen(watch);
  if (strncmp(path, watch, prefix) != 0 || path[prefix] != '/') return 0;
  const char *name = path + prefix + 1;
  size_t length = strlen(name);
  /* The shared memory index is made anew after a crash; the lock file holds no data. */
  if (strchr(name, '/') || (length > 4 && (!strcmp(name + length - 4, "-shm"))) ||
      (length > 5 && !strcmp(name + length - 5, ".lock")))
    return 0;
  snprintf(journal, 4096, "%s/%s", undo, name);
  return 1;
}

static void remember(int fd, const char *path, const char *journal, off_t offset, size_t count) {
  struct stat now;
  if (fstat(fd, &now)) return;
  uint64_t replaced = 0;
  if (offset < now.st_size) {
    replaced = (uint64_t)(now.st_size - offset);
    if (replaced > count) replaced = count;
  }
  char proc[64];
  snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
  size_t size = 24 + replaced;
  char *record = malloc(size);
  if (!record) return;
  uint64_t head[3] = {(uint64_t)offset, (uint64_t)now.st_size, 0};
  if (replaced) {
    int in = open(proc, O_RDONLY);
    ssize_t got = in < 0 ? -1 : pread(in, record + 24, replaced, offset);
    if (in >= 0) close(in);
    replaced = got < 0 ? 0 : (uint64_t)got;
  }
  head[2] = replaced;
  memcpy(record, head, 24);
  int out = open(journal, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (out >= 0) {
    struct stat empty;
    if (!fstat(out, &empty) && empty.st_size == 0) {
      char line[4200];
      int n = snprintf(line, sizeof line, "%s\n", path);
      if (real_write(out, line, (size_t)n) < 0) abort();
    }
    if (real_write(out, record, 24 + replaced) < 0) abort();
    close(out);
  }
  free(record);
}

static void flushed(int fd) {
  char path[4096], journal[4096];
  if (watched(fd, path, journal)) unlink(journal);
}

ssize_t pwrite64(int fd, const void *buffer, size_t count, off_t offset) {
  init();
  char path[4096], journal[4096];
  pthread_mutex_lock(&lock);
  if (watched(fd, path, journal)) remember(fd, path, journal, offset, count);
  ssize_t done = real_pwrite(fd, buffer, count, offset);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite(int fd, const void *buffer, size_t count, off_t offset) {
  return pwrite64(fd, buffer, count, offset);
}

ssize_t write(int fd, const void *buffer, size_t count) {
  init();
  char path[4096], journal[4096];
  if (!watched(fd, path, journal)) return real_write(fd, buffer, count);
  pthread_mutex_lock(&lock);
  remember(fd, path, journal, lseek(fd, 0, SEEK_CUR), count);
  ssize_t done = real_write(fd, buffer, count);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate64(int fd, off_t length) {
  init();
  char path[4096], journal[4096];
  struct stat now;
  pthread_mutex_lock(&lock);
  if (watched(fd, path, journal) && !fstat(fd, &now) && length != now.st_size)
    remember(fd, path, journal, length, length < now.st_size ? (size_t)(now.st_size - length) : 0);
  int done = real_ftruncate(fd, length);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) {
  init();
  pthread_mutex_lock(&lock);
  int done = real_fsync(fd);
  if (!done) flushed(fd);
  pthread_mutex_unlock(&lock);
  return done;
}

int fdatasync(int fd) {
  init();
  pthread_mutex_lock(&lock);
  int done = real_fdatasync(fd);
  if (!done) flushed(fd);
  pthread_mutex_unlock(&lock);
  return done;
}
